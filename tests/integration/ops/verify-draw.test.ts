/** Anyone can verify a draw from outside: with the command, and with the code in docs/fairness.md. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Harness from "#tests/support/harness.ts";
import { sale, someone } from "#tests/support/sale.ts";

const root = join(import.meta.dirname, "../../..");
let stage: Harness.Stage;
let server: Server;
let target = "";
/** An API that answers with a false draw. */
let lie: (body: string) => string = (body) => body;

beforeAll(async () => {
  stage = await Harness.stage();
  server = createServer(async (request, response) => {
    const [, eventId = "", queue] = /^\/v1\/events\/([^/]+)(\/queue)?$/.exec(request.url ?? "") ?? [];
    const params = { eventId };
    const reply = await stage.call(queue ? "GET /v1/events/{eventId}/queue" : "GET /v1/events/{eventId}", { params });
    response.writeHead(reply.status, { "content-type": "application/json" }).end(lie(reply.raw.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  target = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => server.close());

const verify = (...args: string[]) =>
  new Promise<{ code: number; text: string }>((resolve) => {
    const command = ["ops/verify-draw.ts", ...args, "--target", target];
    const child = execFile(process.execPath, command, { cwd: root }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, text: stdout + stderr }),
    );
  });

/** A sale whose lobby of five has been drawn. */
const drawn = async () => {
  const lobby = await sale(stage, { opensIn: 1 });
  const visitors = await lobby.visitors(5);
  lobby.clock.now = Math.max(lobby.clock.now + 1_100, Date.now());
  const status = await lobby.status();
  const numbers = await Promise.all(visitors.map(async ({ userId }) => (await lobby.join(userId)).number));
  return { ...lobby, visitors, numbers, status };
};

test("npm run verify-draw accepts a correct draw, and prints the number of a place", async () => {
  const { eventId, visitors, numbers, join: enter } = await drawn();
  const { code, text } = await verify(eventId, "--place", visitors[2]?.place ?? "");
  expect([code, text.includes("✗")]).toEqual([0, false]);
  expect(text).toContain("each of 5 numbers is given exactly once");
  expect(text).toContain(`lobby index 3 of 5 was drawn number ${numbers[2]}`);
  const late = await enter(someone());
  expect((await verify(eventId, "--place", late.place)).text).toContain("joined after the draw: number 6");
});

test("npm run verify-draw reports a seed that does not match the commitment", async () => {
  const { eventId, status } = await drawn();
  lie = (body) => body.replaceAll(status.draw.seed ?? "", "ab".repeat(32));
  const { code, text } = await verify(eventId);
  lie = (body) => body;
  expect(code).toBe(1);
  expect(text).toContain("✗ the seed is the one that was committed to");
});

test("npm run verify-draw says why it cannot check", async () => {
  const lobby = await sale(stage, { opensIn: 600 });
  const early = await verify(lobby.eventId);
  expect([early.code, early.text.includes("not drawn yet")]).toEqual([0, true]);
  const unknown = await verify("evt_01ARZ3NDEKTSV4RRFFQ69G5FAV");
  expect([unknown.code, unknown.text.includes("404")]).toEqual([2, true]);
  expect((await verify()).code).toBe(2);
});

test("the code in docs/fairness.md gives every visitor the number that the API gave", async () => {
  const { visitors, numbers, status } = await drawn();
  const [, code = ""] = /```js\n([\s\S]+?)```/.exec(readFileSync(join(root, "docs/fairness.md"), "utf8")) ?? [];
  const sample = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  expect(sample.commitment(status.draw.seed)).toBe(status.draw.commitment);
  const worked = visitors.map(({ place }) => sample.number(status.draw.seed, status.lobby, sample.index(place)));
  expect(worked).toEqual(numbers);
});
