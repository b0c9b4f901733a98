/** The rate rule lets an address ask so often in five minutes, and minds no other, nor who only looks at the queue. */
import { expect, test } from "vitest";
import { createEdge } from "#local/edge.ts";
import { createFirewall } from "#local/firewall.ts";
import { own } from "#local/payload.ts";

const rule = (limit: number) => {
  const clock = { at: 1_000_000 };
  const firewall = createFirewall(
    createEdge(async () => own(200, {})),
    limit,
    () => clock.at,
  );
  const ask = async (address: string, path = "/v1/me") =>
    (await firewall.fetch({ method: "GET", path, viewer: `${address}:${clock.at}` })).status;
  return { clock, ask };
};

test("what is beyond the limit is refused, until the window ends", async () => {
  const { clock, ask } = rule(3);
  for (let n = 0; n < 3; n++) expect(await ask("192.0.2.1")).toBe(200);
  expect(await ask("192.0.2.1")).toBe(403);
  expect(await ask("192.0.2.2")).toBe(200);
  clock.at += 299_999;
  expect(await ask("192.0.2.1")).toBe(403);
  clock.at += 1;
  expect(await ask("192.0.2.1")).toBe(200);
});

test("a crowd behind one address that looks at the queue is not counted", async () => {
  const { ask } = rule(1);
  for (let n = 0; n < 20; n++) expect(await ask("192.0.2.1", "/v1/events/evt_1/queue")).toBe(200);
  expect(await ask("192.0.2.1")).toBe(200);
  expect(await ask("192.0.2.1")).toBe(403);
});

test("without a limit nobody is counted", async () => {
  const { ask } = rule(0);
  for (let n = 0; n < 20; n++) expect(await ask("192.0.2.1")).toBe(200);
});
