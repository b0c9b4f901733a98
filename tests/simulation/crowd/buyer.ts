/** One buyer from the entry to the end of their order, with a record of all answers. */
import type { Reply } from "#tests/support/stage.ts";
import { type Answer, asker, Unanswered, until } from "./ask.ts";
import { enter } from "./enter.ts";
import { pay } from "./pay.ts";
import type { Sale } from "./sale.ts";
import { HOLDS_BEFORE_WAIT, type Kept, type Story, story } from "./story.ts";
import type { Random, Record, Visit } from "./visit.ts";

const MANY_POINTS = 1_000_000;
/** A poor buyer's points: not enough for one seat. */
const FEW_POINTS = 5_000;
/** ms that the page's data may be old, including a clock error. */
const SHOWN_MS = 45_000;

/** Resolves with the buyer's record, also kept in the sale, at the end. */
export const visit = async (sale: Sale, random: Random, record: Record): Promise<Story> => {
  const balance = random() < 0.04 ? FEW_POINTS : MANY_POINTS;
  const user = await sale.user(balance);
  const own = story(user.userId, balance);
  sale.stories.push(own);
  try {
    own.end = await live({ sale, user, ask: asker(sale, user), story: own, random, record });
  } catch (error) {
    own.end = "no end";
    own.wrong.push(error instanceof Unanswered ? error.message : String((error as Error).stack));
  }
  return own;
};

const live = async (visit: Visit): Promise<string> => {
  const { ask, story, sale, random } = visit;
  const { reply, moment } = await ask("GET /v1/events/{eventId}");
  if (reply.body?.status === "soldout") {
    story.refusals.push({ code: "soldout", quantity: 1, seats: [], since: moment.sent - SHOWN_MS, at: moment.at });
    return "sold out";
  }
  const admission = sale.queue ? await enter(visit) : undefined;
  if (!sale.last && random() < 0.04) return waver(visit, admission);
  const order = await hold(visit, admission);
  if (typeof order === "string") return order;
  story.order = order;
  const mind = sale.last ? 1 : random();
  if (mind < 0.08) return "abandoned";
  if (mind < 0.18) return cancel(visit, order);
  const paid = await pay(visit, order);
  if (paid === "confirmed" && mind < 0.3) return cancel(visit, order);
  if (paid !== "declined") return paid ?? "no end";
  return `${paid}, ${await cancel(visit, order)}`;
};

/** Holds and releases until the cooldown stops it. */
const waver = async (visit: Visit, admission: string | undefined): Promise<string> => {
  for (let times = 0; times <= HOLDS_BEFORE_WAIT; times++) {
    const order = await hold(visit, admission);
    if (typeof order === "string") return order;
    visit.story.released.push(order);
    const end = await cancel(visit, order);
    if (end !== "cancelled") return end;
  }
  return "wavered";
};

/** The seats of the next hold: chosen ones that the page shows as free, or the best. */
const wish = async ({ ask, sale, random }: Visit, quantity: number, tries: number): Promise<object> => {
  const section = sale.sections[Math.floor(random() * sale.sections.length)];
  if (section?.kind !== "seated" || random() < 0.5 || tries > 3) return { pick: { quantity } };
  const { sectionId } = section;
  const { reply } = await ask("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params: { sectionId } });
  const taken = reply.body?.taken ?? {};
  const free = section.seatIds.filter((seatId) => !(seatId in taken));
  const from = Math.floor(random() * free.length);
  const seats = free.slice(from, from + quantity);
  return seats.length > 0 ? { seats } : { pick: { quantity } };
};

const MOST_TRIES = 25;

/** The order, or the reason for having none. */
const hold = async (visit: Visit, admission: string | undefined): Promise<Kept | string> => {
  const { ask, story, sale, random, record } = visit;
  let quantity = 1 + Math.floor(random() * 3);
  story.asked ??= sale.now();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const wanted = await wish(visit, quantity, tries);
    const body = { eventId: sale.eventId, ...wanted };
    const answer = await ask("POST /v1/orders", { body, headers: admission ? { admission } : {} });
    const { reply, moment } = answer;
    if (reply.status === 201) {
      record("hold", answer.ms);
      return kept(story, answer, wanted);
    }
    const { code, orderId, seats = [] } = reply.body ?? {};
    const refusal = { code, quantity, seats, since: moment.sent, at: moment.at };
    if (code === "order.open_exists") return adopt(visit, orderId, moment);
    if (code === "order.cooldown") {
      story.waits.push({ at: moment.at, seconds: Number(reply.headers["retry-after"]) });
      return "waits";
    }
    if (code === "seat.taken" || code === "seat.none_left") story.refusals.push(refusal);
    else if (code !== "event.not_onsale") {
      story.wrong.push(`a hold was answered ${reply.status} ${code}`);
      return "refused";
    }
    if (code === "seat.none_left" && quantity === 1) return "sold out";
    if (code === "seat.none_left") quantity = 1;
    if (code === "event.not_onsale") await until(async () => (tries > 0 ? true : undefined), 300);
  }
  return "gave up";
};

const facts = (body: Reply["body"]): Pick<Kept, "orderId" | "seats" | "total" | "payBy" | "status"> => {
  const { orderId, seats, total, payBy, status } = body;
  return { orderId, seats, total, payBy: Date.parse(payBy), status };
};

const kept = (
  story: Story,
  { reply, moment }: Answer,
  wanted: { seats?: string[]; pick?: { quantity: number } },
): Kept => {
  const got = reply.body.seats.map(({ seatId }: { seatId: string }) => seatId);
  const right = wanted.seats ? wanted.seats.every((seatId) => got.includes(seatId)) : true;
  if (!right || got.length !== (wanted.seats?.length ?? wanted.pick?.quantity))
    story.wrong.push(`asked for ${JSON.stringify(wanted)}, got ${got}`);
  if (reply.body.status !== "held") story.wrong.push(`${reply.body.orderId} was held, and is ${reply.body.status}`);
  return { ...facts(reply.body), held: moment };
};

/** A request without an answer has opened an order after all, to which the page leads. */
const adopt = async (
  { ask, story }: Visit,
  orderId: string,
  { first, at }: Answer["moment"],
): Promise<Kept | string> => {
  const { reply, moment } = await ask("GET /v1/orders/{orderId}", { params: { orderId } });
  if (reply.status === 200)
    return { ...facts(reply.body), held: { ...moment, first: Math.min(story.asked ?? at, first) } };
  story.wrong.push(`was told of an open order ${orderId}, which is ${reply.status}`);
  return "refused";
};

/** Gives the order back: released if it was held, refunded if it was paid. */
const cancel = async ({ ask, story }: Visit, order: Kept): Promise<string> => {
  const params = { orderId: order.orderId };
  const { reply, moment } = await ask("DELETE /v1/orders/{orderId}", { params });
  order.left = moment;
  if (reply.status === 204 && order.status !== "confirmed") {
    order.status = "released";
    return "cancelled";
  }
  if (reply.status === 204) {
    // it was confirmed, and the capture failed since then
    const { reply: now } = await ask("GET /v1/orders/{orderId}", { params });
    Object.assign(order, { status: now.body.status, payment: now.body.payment });
    if (order.payment?.reason === "payment.capture_failed") return "revoked";
  }
  if (reply.status !== 202) {
    story.wrong.push(
      `${order.orderId} was ${order.status}, its cancelling was answered ${reply.status} ${reply.body?.code}`,
    );
    return "refused";
  }
  const refunded = await until(async () => {
    const { reply } = await ask("GET /v1/orders/{orderId}", { params });
    return reply.body.status === "refunded" ? true : undefined;
  });
  order.status = refunded ? "refunded" : "refunding";
  if (!refunded) story.wrong.push(`${order.orderId} was never refunded`);
  return order.status;
};
