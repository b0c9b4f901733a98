/** Prepares a run: accounts with tokens, the event, and a catalogue around it. */
import { gzipSync } from "node:zlib";
import { membershipItem } from "../../core/account/account.table.ts";
import { cardProviders, publicKeySetting } from "../../core/contract/providers.ts";
import { now } from "../../core/lib/clock.ts";
import { link } from "../../core/lib/config.ts";
import { putAll } from "../../core/lib/dynamo-batch.ts";
import * as Ids from "../../core/lib/ids.ts";
import type { Cards } from "../generator/cards.ts";
import type { Account as Visitor } from "../generator/start.ts";
import { accounts, crew, signedIn } from "./accounts.ts";
import { withPasskeys } from "./passkeys.ts";
import type { EventRecipe, Scenario } from "./recipes.ts";
import { warm } from "./warm.ts";

/** Zones of equal rows, seats named `S<zone>-<row>-<number>`. */
const plan = ({ zones, rows, seats }: EventRecipe) => ({
  name: "A hall",
  size: { width: seats * 30, height: zones * rows * 30 },
  categories: [{ name: "Standard", color: "#336699" }],
  zones: Array.from({ length: zones }, (_, zone) => ({
    name: `Block ${zone + 1}`,
    zone_id: `S${zone + 1}`,
    position: { x: 0, y: zone * rows * 30 },
    rows: Array.from({ length: rows }, (_, row) => ({
      row_number: String(row + 1),
      position: { x: 0, y: row * 30 },
      seats: Array.from({ length: seats }, (_, seat) => ({
        seat_guid: `S${zone + 1}-${row + 1}-${seat + 1}`,
        seat_number: String(seat + 1),
        position: { x: seat * 30, y: 0 },
        category: "Standard",
      })),
    })),
  })),
});

const organiser = async (target: string) => {
  const at = now();
  const userId = Ids.make("usr", at);
  const { token, session } = signedIn(userId, at, { org: true });
  await putAll("Accounts", [session, membershipItem(userId, { organisationId: "org_load", role: "owner" }, at)]);
  return async (body: object): Promise<{ eventId: string }> => {
    const answer = await fetch(`${target}/v1/admin/events`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/octet-stream",
        "content-encoding": "gzip",
      },
      body: gzipSync(JSON.stringify(body)),
    });
    if (answer.status !== 201) throw new Error(`The event was refused: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { eventId: string };
  };
};

const onSale = (title: string, at: number, days: number) => ({
  kind: "concert",
  title,
  venue: "A hall",
  startsAt: new Date(at + days * 86_400_000).toISOString(),
  salesOpenAt: new Date(at - 60_000).toISOString(),
  prices: { Standard: 10_000 },
});

const event = (recipe: EventRecipe, at: number) => ({
  ...onSale("A load test", at, 30),
  plan: plan(recipe),
  ...(recipe.holdSeconds && { holdSeconds: recipe.holdSeconds }),
  queue: recipe.queue ? { claimSeconds: 60, sessionSeconds: 600, ...recipe.queue } : { enabled: false },
});

const catalogue = async (create: (body: object) => Promise<unknown>, count: number): Promise<void> => {
  const at = now();
  const generalAdmission = [{ sectionId: "floor", name: "Floor", capacity: 100, category: "Standard" }];
  for (let n = 0; n < count; n += 4)
    await Promise.all(
      Array.from({ length: Math.min(4, count - n) }, (_, k) =>
        create({
          ...onSale(`Concert ${n + k + 1}`, at, 1 + ((n + k) % 25)),
          generalAdmission,
          queue: { enabled: false },
        }),
      ),
    );
};

/** The payment gateway of the linked system: an emulator, or undefined if a load test cannot pay there. */
const gateway = (): Cards => {
  const { payments: provider, ...settings } = link("Settings");
  if (provider === "sandbox" || provider === "none") return { provider: "sandbox", url: "", key: "" };
  return {
    provider,
    url: link(cardProviders[provider].link).url ?? "",
    key: settings[publicKeySetting(provider)] ?? "",
  };
};

export type Ready = { eventId: string; accounts: Visitor[]; cards: Cards };

/** A new event of the scenario. */
export const freshEvent = async (scenario: Scenario, target: string): Promise<string> =>
  (await (await organiser(target))(event(scenario.event, now()))).eventId;

/** What a scenario needs, in a system that is warm. */
export const makeReady = async (scenario: Scenario, target: string, say: (line: string) => void): Promise<Ready> => {
  const began = Date.now();
  const visitors = await withPasskeys(await accounts(scenario, say), scenario, target);
  await catalogue(await organiser(target), scenario.catalogue ?? 0);
  const eventId = await freshEvent(scenario, target);
  say(`Prepared ${visitors.length} accounts and an event in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return { eventId, accounts: visitors, cards: gateway() };
};

/** Prepares everything. */
export const prepare = async (scenario: Scenario, target: string, say: (line: string) => void): Promise<Ready> => {
  say("Warming the system up …");
  const queue = { admitPerSecond: 10_000, maxActive: 10_000 };
  const rehearsal = await (await organiser(target))(event({ zones: 4, rows: 20, seats: 20, queue }, now()));
  await warm({ target, eventId: rehearsal.eventId, crew: await crew(), cards: gateway() });
  return makeReady(scenario, target, say);
};
