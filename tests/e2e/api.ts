/** What a test prepares or checks outside the browser, through the public API. */
import { inject } from "vitest";
import * as Buyer from "#client/buyer.ts";
import { type Client, createClient } from "#client/client.ts";
import type { Event, NewEvent, TokenPair } from "#client/shapes.ts";

export type Account = { email: string; password: string; name: string };

/** A client without a session. */
export const visitor = (): Client => createClient({ baseUrl: inject("base") });

/** A client with a session. */
export const signedIn = async (account: Account): Promise<Client> => {
  const api = visitor();
  await Buyer.signIn(api, account);
  return api;
};

export const session = (account: Account): Promise<TokenPair> => Buyer.signIn(visitor(), account);

let made = 0;

export const account = async (balance = 0): Promise<Account> => {
  const email = `e2e-${process.pid}-${Date.now().toString(36)}-${made++}@onsale.test`;
  const one = { email, password: "correct horse battery", name: "Mina Park" };
  await Buyer.signUp(visitor(), one);
  if (balance > 0) await (await signedIn(one)).call("POST /v1/wallet/charges", { body: { amount: balance } });
  return one;
};

export const organiser: Account = { email: "admin@onsale.test", password: "onsale-admin", name: "Organiser" };

/** An order with a ticket, of a new buyer. */
export const sold = async (eventId: string) => {
  const buyer = await signedIn(await account(500_000));
  const order = await Buyer.buy(buyer, { eventId, pick: { quantity: 1 } }, { method: "points" });
  const [ticket] = order.tickets ?? [];
  if (!ticket) throw new Error(`The order is ${order.status}.`);
  return { ...order, ticket };
};

/** The first seeded event that matches. */
export const seeded = async (fits: (event: Event) => boolean): Promise<Event> => {
  const { items } = await visitor().open("GET /v1/events", { query: { limit: "100" } });
  const found = items.find(fits);
  if (!found) throw new Error("No such event is seeded.");
  return found;
};

/** The largest seeded plan: 15,000 seats. */
export const arena = (): Promise<Event> =>
  seeded(({ sections }) => sections.reduce((sum, { capacity }) => sum + capacity, 0) > 10_000);

/** Two blocks of `rows` × `seats`, prices 50,000 and 30,000. */
export const plan = ({ rows = 5, seats = 10 } = {}) => {
  const block = (name: string, id: string, x: number, category: string) => ({
    name,
    zone_id: id,
    position: { x, y: 100 },
    rows: Array.from({ length: rows }, (_, r) => ({
      row_number: String(r + 1),
      position: { x: 0, y: r * 40 },
      seats: Array.from({ length: seats }, (_, s) => ({
        seat_guid: `${id}-${r + 1}-${s + 1}`,
        seat_number: String(s + 1),
        position: { x: s * 25, y: 0 },
        category,
      })),
    })),
    areas: [],
  });
  return {
    name: "Small hall",
    size: { width: 700, height: 400 },
    categories: [
      { name: "Front", color: "#c62828" },
      { name: "Side", color: "#1565c0" },
    ],
    zones: [block("Left block", "left", 40, "Front"), block("Right block", "right", 40 + seats * 25 + 50, "Side")],
  };
};

const HOUR = 3_600_000;

/** An event that has been on sale for an hour, without a queue by default. */
export const event = async (wishes: Partial<NewEvent> = {}): Promise<string> => {
  const api = await signedIn(organiser);
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const { eventId } = await api.call("POST /v1/admin/events", {
    body: {
      kind: "concert",
      title: `Evening ${Date.now().toString(36)}`,
      venue: "Small hall, Seoul",
      startsAt: at(30 * 24 * HOUR),
      salesOpenAt: at(-HOUR),
      prices: { Front: 50_000, Side: 30_000 },
      queue: { enabled: false },
      plan: plan(),
      ...wishes,
    },
  });
  return eventId;
};
