/** What a test prepares or checks beside the browser, through the public API. */
import { inject } from "vitest";

export type Account = { email: string; password: string; name: string };
export type Session = { accessToken: string; refreshToken: string; expiresIn: number };

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field, as a client of the API would
type Json = any;

export const call = async (
  method: string,
  path: string,
  body?: unknown,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Json> => {
  const response = await fetch(inject("base") + path, {
    method,
    headers: {
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
};

let made = 0;

export const account = async (balance = 0): Promise<Account> => {
  const email = `e2e-${process.pid}-${Date.now().toString(36)}-${made++}@onsale.test`;
  const one = { email, password: "correct horse battery", name: "Mina Park" };
  await call("POST", "/v1/accounts", one);
  if (balance > 0) await call("POST", "/v1/wallet/charges", { amount: balance }, (await session(one)).accessToken);
  return one;
};

export const organiser: Account = { email: "admin@onsale.test", password: "onsale-admin", name: "Organiser" };

export const session = ({ email, password }: Account): Promise<Session> =>
  call("POST", "/v1/sessions", { email, password });

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

/** An event on sale since an hour, without a queue unless wished otherwise. */
export const event = async (wishes: Record<string, unknown> = {}): Promise<string> => {
  const { accessToken } = await session(organiser);
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const made = await call(
    "POST",
    "/v1/admin/events",
    {
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
    accessToken,
  );
  return made.eventId;
};
