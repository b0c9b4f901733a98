/** `npm run tour`: plays one buyer against a running API, from outside, and shows each request, its answer and its time. */
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { renderUnicodeCompact } from "uqr";
import * as Buyer from "#client/buyer.ts";
import { type Client, createClient } from "#client/client.ts";
import type { Fetch } from "#client/http.ts";
import { ApiProblem, codeOf } from "#client/problem.ts";
import type { Order, Pay } from "#client/shapes.ts";
import { readRunning } from "#local/running.ts";
import { unlinked } from "./command.ts";

const HELP = `Plays one buyer against a running Onsale, from sign-up to the ticket.

  npm run tour -- [options]

  --target URL   the API and pages          (default: the one that npm start runs, or http://localhost:3000)
  --inbox URL    the local mail inbox       (default: the one that npm start runs; against a deployed stage there is none)
  --event ID     the event                  (default: the first one on sale that has a queue)
  --seats N      how many seats, 1–20       (default: 2)
  --card TOKEN   pay by this sandbox card   (default: points, charged in the tour)
  --email ADDR   sign up with this address  (default: one made up)
  --help         this text
`;

class Stop extends Error {}

const shorten = (body: unknown): string => {
  const text = JSON.stringify(body, (key, value) =>
    typeof value === "string" && value.length > 60 && key !== "detail" ? `${value.slice(0, 24)}…` : value,
  );
  return text.length > 320 ? `${text.slice(0, 320)}…` : text;
};

const say = (line: string) => console.log(line);
const step = (title: string) => say(`\n${styleText("bold", title)}`);

/** Sends a request, and prints it with its answer and its time. */
const printed =
  (target: string): Fetch =>
  async (url, init) => {
    const began = performance.now();
    const response = await fetch(url, init);
    const text = await response.clone().text();
    const took = `${Math.round(performance.now() - began)} ms`;
    const json = /json/.test(response.headers.get("content-type") ?? "");
    const status = styleText(response.ok ? "green" : "yellow", String(response.status));
    const body = init.body ? ` ${shorten(JSON.parse(String(init.body)))}` : "";
    say(`  ${styleText("cyan", String(init.method))} ${url.slice(target.length)}${body}`);
    const answer = json && text ? shorten(JSON.parse(text)) : text ? `${text.length} characters` : "";
    say(`  ${status} ${styleText("dim", took)} ${answer}`);
    return response;
  };

const signUp = async (api: Client, email: string) => {
  step("1. Sign up and sign in");
  const account = { email, password: `tour-${crypto.randomUUID()}`, name: "A Tourist" };
  await Buyer.signUp(api, account);
  await Buyer.signIn(api, account);
};

const choose = async (api: Client, eventId: string | undefined) => {
  step("2. Choose an event");
  if (eventId) return api.open("GET /v1/events/{eventId}", { params: { eventId } });
  for (let cursor: string | undefined; ; ) {
    const { items, next } = await api.open("GET /v1/events", { query: { limit: "50", cursor } });
    const found = items.find(
      ({ status, queue, currency }) => status === "onsale" && queue.enabled && currency === "KRW",
    );
    if (found) return found;
    if (!next) throw new Stop("No event with a queue is on sale. Name one with --event.");
    cursor = next;
  }
};

const queueUp = async (api: Client, eventId: string): Promise<string> => {
  step("3. Join the queue and wait for the turn");
  const { place } = await Buyer.join(api, eventId);
  const entered = await Buyer.enter(api, eventId, place);
  if (!entered) throw new Stop("The sale has closed.");
  return entered.admission;
};

const hold = async (api: Client, wanted: { eventId: string; seats: number; admission: string | undefined }) => {
  step("4. Look at what is free, and hold the best available");
  const { eventId, seats, admission } = wanted;
  await api.open("GET /v1/events/{eventId}/availability", { params: { eventId } });
  return Buyer.hold(api, { eventId, pick: { quantity: seats } }, admission);
};

const pay = async (api: Client, { orderId, total }: Order, card: string | undefined): Promise<Order> => {
  step("5. Pay; the outcome comes through the queue");
  if (!card) await api.call("POST /v1/wallet/charges", { body: { amount: Math.max(1, total) } });
  const how: Pay = card ? { method: "card", card: { token: card } } : { method: "points" };
  const order = await Buyer.follow(api, await Buyer.pay(api, orderId, how), 30_000);
  if (order.payment?.status === "declined") throw new Stop(`The payment was declined: ${order.payment.reason}`);
  if (order.payment?.action) throw new Stop("The card's bank asks for a confirmation, which the tour cannot give.");
  if (order.status !== "confirmed") throw new Stop("The payment did not settle within 30 seconds.");
  return order;
};

const show = async (api: Client, { tickets = [], seats, currency }: Order) => {
  step("6. The tickets");
  const [first] = tickets;
  if (!first) throw new Stop("The order is confirmed and has no ticket.");
  await api.call("GET /v1/tickets/{ticketId}/qr", { params: { ticketId: first.ticketId } });
  say(`\n${renderUnicodeCompact(first.code, { border: 2 })}`);
  for (const { sectionId, row, number, price } of seats) {
    const name = [sectionId, row && `row ${row}`, number && `seat ${number}`].filter(Boolean);
    say(`  ${name.join(", ")}: ${price.toLocaleString("en")} ${currency}`);
  }
};

type Mail = { subject: string; destination?: unknown; attachments?: { filename?: string }[] };

const mailed = async (inbox: string | undefined, email: string) => {
  step("7. The mail");
  if (!inbox) return say(`  It goes to ${email}; there is no local inbox to look into.`);
  for (const began = Date.now(); Date.now() - began < 15_000; await sleep(250)) {
    const { emails } = (await (await fetch(`${inbox}/store`)).json()) as { emails: Mail[] };
    const mail = emails.find((mail) =>
      JSON.stringify(mail.destination ?? mail)
        .toLowerCase()
        .includes(email.toLowerCase()),
    );
    if (!mail) continue;
    const files = (mail.attachments ?? []).map(({ filename }) => filename).filter(Boolean);
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
  const api = createClient({ baseUrl: target, fetch: printed(target) });
  await signUp(api, email);
  const { eventId, title, queue } = await choose(api, event);
  say(`  → ${styleText("bold", title)}`);
  const admission = queue.enabled ? await queueUp(api, eventId) : undefined;
  const order = await hold(api, { eventId, seats, admission });
  const confirmed = await pay(api, order, card);
  await show(api, confirmed);
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
    const target = (values.target ?? here?.api ?? "http://localhost:3000").replace(/\/$/, "");
    const inbox = values.inbox ?? (values.target ? undefined : here?.inbox);
    const email = values.email ?? `tour-${Date.now().toString(36)}@onsale.test`;
    try {
      await tour({ target, inbox, event, seats: Number(values.seats), card, email });
      return 0;
    } catch (error) {
      if (!(error instanceof Stop || error instanceof ApiProblem)) throw error;
      const silent = codeOf(error) === "offline";
      const why = silent ? `${target} does not answer. Is \`npm start\` running?` : error.message;
      console.error(`\n${styleText("red", why)}`);
      return 1;
    }
  },
});
