/** `npm run tour`: plays one buyer against a running API, from outside, and shows each request, its answer and its time. */
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { renderUnicodeCompact } from "uqr";
import { readRunning } from "#local/running.ts";
import { unlinked } from "./command.ts";

const HELP = `Plays one buyer against a running Onsale, from sign-up to the ticket.

  npm run tour -- [options]

  --target URL   the API and pages          (default: the one that npm start runs, or http://127.0.0.1:3000)
  --inbox URL    the local mail inbox       (default: the one that npm start runs; against a deployed stage there is none)
  --event ID     the event                  (default: the first one on sale that has a queue)
  --seats N      how many seats, 1–20       (default: 2)
  --card TOKEN   pay by this sandbox card   (default: points, charged in the tour)
  --email ADDR   sign up with this address  (default: one made up)
  --help         this text
`;

// biome-ignore lint/suspicious/noExplicitAny: the answers are read as a newcomer with curl would, field by field.
type Json = any;
type Reply = { status: number; body: Json; headers: Headers };

class Stop extends Error {}

const shorten = (body: Json): string => {
  const text = JSON.stringify(body, (key, value) =>
    typeof value === "string" && value.length > 60 && key !== "detail" ? `${value.slice(0, 24)}…` : value,
  );
  return text.length > 320 ? `${text.slice(0, 320)}…` : text;
};

const say = (line: string) => console.log(line);
const step = (title: string) => say(`\n${styleText("bold", title)}`);

type More = { body?: Json; headers?: Record<string, string>; expect?: number[] };
type Request = (method: string, path: string, more?: More) => Promise<Reply>;

/** One request, printed with its answer and its time. Anything but the statuses expected ends the tour. */
const requestOf =
  (target: string): Request =>
  async (method, path, more = {}) => {
    const began = performance.now();
    const response = await fetch(target + path, {
      method,
      headers: { ...(more.body && { "content-type": "application/json" }), ...more.headers },
      ...(more.body && { body: JSON.stringify(more.body) }),
    }).catch((error) => {
      throw new Stop(`${target} does not answer (${error.cause?.code ?? error.message}). Is \`npm start\` running?`);
    });
    const text = await response.text();
    const took = `${Math.round(performance.now() - began)} ms`;
    const json = /json/.test(response.headers.get("content-type") ?? "");
    const body = json && text ? JSON.parse(text) : text;
    const status = styleText(response.ok ? "green" : "yellow", String(response.status));
    say(`  ${styleText("cyan", method)} ${path}${more.body ? ` ${shorten(more.body)}` : ""}`);
    say(`  ${status} ${styleText("dim", took)} ${json ? shorten(body) : text ? `${text.length} characters` : ""}`);
    const expected = more.expect ?? [200, 201, 202, 204];
    if (!expected.includes(response.status))
      throw new Stop(`That was not expected: ${method} ${path} → ${response.status}`);
    return { status: response.status, body, headers: response.headers };
  };

const signUp = async (request: Request, email: string) => {
  step("1. Sign up and sign in");
  const password = `tour-${crypto.randomUUID()}`;
  await request("POST", "/v1/accounts", { body: { email, password, name: "A Tourist" } });
  const { body } = await request("POST", "/v1/sessions", { body: { email, password } });
  return { authorization: `Bearer ${body.accessToken}` };
};

const choose = async (request: Request, eventId: string | undefined): Promise<Json> => {
  step("2. Choose an event");
  if (eventId) return (await request("GET", `/v1/events/${eventId}`)).body;
  for (let path = "/v1/events?limit=50"; ; ) {
    const { body } = await request("GET", path);
    const found = body.items.find(
      (event: Json) => event.status === "onsale" && event.queue.enabled && event.currency === "KRW",
    );
    if (found) return found;
    if (!body.next) throw new Stop("No event with a queue is on sale. Name one with --event.");
    path = `/v1/events?limit=50&cursor=${body.next}`;
  }
};

const queueUp = async (request: Request, eventId: string, headers: Record<string, string>): Promise<string> => {
  step("3. Join the queue and wait for one's turn");
  const joined = await request("POST", `/v1/events/${eventId}/queue/places`, { body: {}, headers });
  const { place } = joined.body;
  for (;;) {
    const claimed = await request("POST", `/v1/events/${eventId}/queue/admissions`, {
      body: { place },
      headers,
      expect: [201, 409],
    });
    if (claimed.status === 201) return claimed.body.admission;
    if (claimed.body.code !== "queue.not_yet") throw new Stop(claimed.body.detail);
    await sleep(1_000 * Math.max(1, Math.min(10, Number(claimed.headers.get("retry-after")))));
    await request("GET", `/v1/events/${eventId}/queue`);
  }
};

const hold = async (
  request: Request,
  { eventId, seats }: { eventId: string; seats: number },
  headers: Record<string, string>,
): Promise<Json> => {
  step("4. Look at what is free, and hold the best available");
  await request("GET", `/v1/events/${eventId}/availability`);
  const body = { eventId, pick: { quantity: seats } };
  return (
    await request("POST", "/v1/orders", { body, headers: { ...headers, "idempotency-key": crypto.randomUUID() } })
  ).body;
};

const pay = async (
  request: Request,
  { order, card }: Pick<Tour, "card"> & { order: Json },
  headers: Record<string, string>,
): Promise<Json> => {
  step("5. Pay; the outcome comes through the queue");
  const path = `/v1/orders/${order.orderId}`;
  if (!card) await request("POST", "/v1/wallet/charges", { body: { amount: Math.max(1, order.total) }, headers });
  const body = card ? { method: "card", card: { token: card } } : { method: "points" };
  await request("POST", `${path}/payment`, { body, headers: { ...headers, "idempotency-key": crypto.randomUUID() } });
  for (const began = Date.now(); Date.now() - began < 30_000; await sleep(250)) {
    const { body: now } = await request("GET", path, { headers });
    if (now.status === "confirmed") return now;
    if (now.payment?.status === "declined") throw new Stop(`The payment was declined: ${now.payment.reason}`);
  }
  throw new Stop("The payment did not settle within 30 seconds.");
};

const show = async (request: Request, order: Json, headers: Record<string, string>) => {
  step("6. The tickets");
  await request("GET", `/v1/tickets/${order.tickets[0].ticketId}/qr`, { headers });
  say(`\n${renderUnicodeCompact(order.tickets[0].code, { border: 2 })}`);
  for (const seat of order.seats) {
    const printed = [seat.sectionId, seat.row && `row ${seat.row}`, seat.number && `seat ${seat.number}`].filter(
      Boolean,
    );
    say(`  ${printed.join(", ")}: ${seat.price.toLocaleString("en")} ${order.currency}`);
  }
};

const mailed = async (inbox: string | undefined, email: string) => {
  step("7. The mail");
  if (!inbox) return say(`  It goes to ${email}; there is no local inbox to look into.`);
  for (const began = Date.now(); Date.now() - began < 15_000; await sleep(250)) {
    const { emails } = (await (await fetch(`${inbox}/store`)).json()) as { emails: Json[] };
    const mail = emails.find((mail) =>
      JSON.stringify(mail.destination ?? mail)
        .toLowerCase()
        .includes(email.toLowerCase()),
    );
    if (!mail) continue;
    const files = (mail.attachments ?? []).map((file: Json) => file.filename).filter(Boolean);
    return say(
      `  ${styleText("green", mail.subject)} to ${email}${files.length ? ` with ${files.join(", ")}` : ""}\n  ${inbox}`,
    );
  }
  throw new Stop("No mail came within 15 seconds.");
};

type Tour = {
  target: string;
  /** Of a machine's own mails. */
  inbox: string | undefined;
  event: string | undefined;
  seats: number;
  card: string | undefined;
  email: string;
};

const tour = async ({ target, inbox, event, seats, card, email }: Tour) => {
  const began = performance.now();
  say(`Onsale at ${target}`);
  const request = requestOf(target);
  const authorization = await signUp(request, email);
  const { eventId, title, queue } = await choose(request, event);
  say(`  → ${styleText("bold", title)}`);
  const admission: Record<string, string> = queue.enabled
    ? { admission: await queueUp(request, eventId, authorization) }
    : {};
  const order = await hold(request, { eventId, seats }, { ...authorization, ...admission });
  const confirmed = await pay(request, { order, card }, authorization);
  await show(request, confirmed, authorization);
  await mailed(inbox, email);
  say(`\n${styleText("green", "A ticket")} in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
};

await unlinked({
  help: HELP,
  options: {
    target: { type: "string" },
    inbox: { type: "string" },
    event: { type: "string" },
    seats: { type: "string", default: "2" },
    card: { type: "string" },
    email: { type: "string" },
  },
  run: async ({ event, card, ...values }) => {
    const here = readRunning(".onsale");
    const target = (values.target ?? here?.api ?? "http://127.0.0.1:3000").replace(/\/$/, "");
    const inbox = values.inbox ?? (values.target ? undefined : here?.inbox);
    const email = values.email ?? `tour-${Date.now().toString(36)}@onsale.test`;
    try {
      await tour({ target, inbox, event, seats: Number(values.seats), card, email });
      return 0;
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      console.error(`\n${styleText("red", error.message)}`);
      return 1;
    }
  },
});
