/** A scalper with forty accounts and one core, against the whole API over HTTP: what the measures leave them. */
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { rateRules } from "#core/contract/firewall.ts";
import { call } from "#local/api-gateway.ts";
import { createEdge } from "#local/edge.ts";
import { createFirewall } from "#local/firewall.ts";
import { type ServerOptions, serve } from "#local/server.ts";
import { type Account, outside as from, type Outside } from "#tests/adversary/scalper/client.ts";
import { type Outcome, type Players, play } from "#tests/adversary/scalper/play.ts";
import { beaten, table, trickLines } from "#tests/adversary/scalper/report.ts";
import { solver } from "#tests/adversary/scalper/solver.ts";
import * as Throttles from "#tests/adversary/scalper/throttles.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;
beforeAll(async () => {
  stage = await Harness.stage();
});

const outside = async (options: ServerOptions = {}): Promise<Outside> => {
  const server = await serve(options);
  const one = from(server.url);
  onTestFinished(async () => {
    one.close();
    await server.stop();
  });
  return one;
};

const players = async (scalper: number, honest: number): Promise<Players> => {
  const core = solver();
  onTestFinished(async () => void (await core.stop()));
  const { visitor } = await outside();
  const account = async (roles: string[] = []): Promise<Account> => {
    const { userId, token } = await stage.user({ roles });
    const api = visitor();
    api.session.keep({ accessToken: token, refreshToken: "", expiresIn: 3_600 });
    return { userId, api };
  };
  const users = (count: number) => Promise.all(Array.from({ length: count }, () => account()));
  return {
    organiser: await account(["admin"]),
    scalper: await users(scalper),
    honest: await users(honest),
    solver: core,
  };
};

const report = (outcome: Outcome) => [...trickLines(outcome.tricks), table([outcome])].join("\n");

test("where a place needs proof of work, no trick avoids it, and one core gets in fewer accounts than it has", {
  timeout: 120_000,
}, async () => {
  const outcome = await play(
    await players(40, 3),
    { seats: 60, limit: 2, difficulty: 18, lobby: 1, selling: 2 },
    () => {},
  );
  expect(beaten([outcome], []), report(outcome)).toBe(false);
  expect(outcome.tricks.map(({ tried }) => Math.sign(tried))).toEqual(Array(13).fill(1));
  expect(outcome.most).toBe(2);
  expect(outcome.places.inTime, report(outcome)).toBeLessThan(outcome.accounts.scalper);
  expect(outcome.cpu).toBeGreaterThan(0);
  expect(outcome.seats.honest, report(outcome)).toBe(6);
  const held = outcome.tricks.find(({ name }) => name.startsWith("holds at once"))?.answers;
  expect(held, report(outcome)).toMatchObject({ ok: 1 });
  const again = outcome.tricks.find(({ name }) => name.startsWith("holds released and taken again"))?.answers;
  expect(again, report(outcome)).toEqual({ ok: 2, "409 order.cooldown": 1 });
  expect(outcome.seats.scalper + outcome.seats.honest, report(outcome)).toBeLessThanOrEqual(60);
});

test("one address is throttled at its limit, and another address is not affected", async () => {
  const rules = rateRules.map((rule) => ({ ...rule, limit: Math.min(rule.limit, 40) }));
  const front = { edge: createFirewall(createEdge(call), rules) };
  const tried = await Throttles.hammering(await outside(front), 40);
  expect(tried).toMatchObject({
    tried: 240,
    got: 0,
    answers: { "422 request.invalid": 40, "429 request.throttled": 200 },
  });
});
