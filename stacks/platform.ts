/**
 * Fetches SST's platform and the providers' packages into .sst/ (about 350 MB). The stacks are checked and synthesised with them. It needs
 * the npm registry, but neither AWS nor Pulumi. It runs once for each version of SST and of sst.config.ts.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const stampFile = ".sst/platform.stamp";

const wanted = createHash("sha256")
  .update(readFileSync("node_modules/sst/package.json"))
  .update(readFileSync("sst.config.ts"))
  .digest("hex");

const installed = () =>
  existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && existsSync(".sst/platform/config.d.ts");

const quiet = {
  NO_BUN: "true",
  SST_SKIP_DEPENDENCY_CHECK: "1",
  SST_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
  AWS_EC2_METADATA_DISABLED: "true",
};

const install = () =>
  new Promise<void>((resolve, reject) => {
    const started = Date.now();
    const seconds = () => Math.round((Date.now() - started) / 1000);
    const sst = spawn("node_modules/.bin/sst", ["install", "--stage", "test"], { env: { ...process.env, ...quiet } });
    const output: Buffer[] = [];
    sst.stdout.on("data", (chunk) => output.push(chunk));
    sst.stderr.on("data", (chunk) => output.push(chunk));
    const ticking = setInterval(() => console.log(`  … ${seconds()} s`), 10_000);
    sst.on("error", reject);
    sst.on("close", (code) => {
      clearInterval(ticking);
      if (code !== 0) return reject(new Error(`sst install failed (${code}):\n${Buffer.concat(output)}`));
      console.log(`SST's platform is in .sst/ (${seconds()} s).`);
      resolve();
    });
  });

if (!installed()) {
  console.log("Fetching SST's platform and its providers into .sst/ (about 350 MB, once; 40 s or more) …");
  await install();
  writeFileSync(stampFile, wanted);
}
