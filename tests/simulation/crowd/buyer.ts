/** One buyer from the entry to the end of their order, with a record of all answers. */
import * as Buyer from "#client/buyer.ts";
import { ApiProblem } from "#client/problem.ts";
import type { NewOrder, Order } from "#client/shapes.ts";
import { told } from "../client.ts";
import { ANSWERED_WITHIN_MS, asker, type Random, type Record, until, type Visit } from "./ask.ts";
import { enter } from "./enter.ts";
import { pay } from "./pay.ts";
import type { Sale } from "./sale.ts";
import { HOLDS_BEFORE_WAIT, type Kept, type Moment, type Story, story } from "./story.ts";

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
    own.end = await live({ sale, ...asker(sale, user), story: own, random, record });
  } catch (error) {
    own.end = "no end";
    own.wrong.push(String((error as Error).stack));
  }
  return own;
};

const live = async (visit: Visit): Promise<string> => {
  const { api, ask, story, sale, random } = visit;
  const params = { eventId: sale.eventId };
  const { answer: event, moment } = await ask(() => api.open("GET /v1/events/{eventId}", { params }));
  if (event.status === "soldout") {
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
const wish = async ({ api, sale, random }: Visit, quantity: number, tries: number): Promise<NewOrder> => {
  const { eventId } = sale;
  const best = { eventId, pick: { quantity } };
  const section = sale.sections[Math.floor(random() * sale.sections.length)];
  if (section?.kind !== "seated" || random() < 0.5 || tries > 3) return best;
  const { sectionId } = section;
  const params = { eventId, sectionId };
  const { taken } = await api.open("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params });
  const free = section.seatIds.filter((seatId) => !(seatId in taken));
  const from = Math.floor(random() * free.length);
  const seats = free.slice(from, from + quantity);
  return seats.length > 0 ? { eventId, seats } : best;
};

const MOST_TRIES = 25;

/** The order, or the reason for having none. */
const hold = async (visit: Visit, admission: string | undefined): Promise<Kept | string> => {
  const { api, ask, story, sale, random, record } = visit;
  let quantity = 1 + Math.floor(random() * 3);
  story.asked ??= sale.now();
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const wanted = await wish(visit, quantity, tries);
    const { answer, moment, ms } = await ask(() => told(Buyer.hold(api, wanted, admission)));
    if (!(answer instanceof ApiProblem)) {
      record("hold", ms);
      return kept(story, answer, moment, wanted);
    }
    const { code, document, retryAfter = 0 } = answer;
    const seats = (document.seats ?? []) as string[];
    const refusal = { code, quantity, seats, since: moment.sent, at: moment.at };
    if (code === "order.open_exists") return adopt(visit, String(document.orderId), moment);
    if (code === "order.cooldown") {
      story.waits.push({ at: moment.at, seconds: retryAfter });
      return "waits";
    }
    if (code === "seat.taken" || code === "seat.none_left") story.refusals.push(refusal);
    else if (code !== "event.not_onsale") {
      story.wrong.push(`a hold was answered ${code}`);
      return "refused";
    }
    if (code === "seat.none_left" && quantity === 1) return "sold out";
    if (code === "seat.none_left") quantity = 1;
    if (code === "event.not_onsale") await until(async () => (tries > 0 ? true : undefined), 300);
  }
  return "gave up";
};

const kept = (story: Story, order: Order, held: Moment, wanted: NewOrder): Kept => {
  const got = order.seats.map(({ seatId }) => seatId);
  const right = "seats" in wanted ? wanted.seats.every((seatId) => got.includes(seatId)) : true;
  if (!right || got.length !== ("seats" in wanted ? wanted.seats.length : wanted.pick.quantity))
    story.wrong.push(`asked for ${JSON.stringify(wanted)}, got ${got}`);
  if (order.status !== "held") story.wrong.push(`${order.orderId} was held, and is ${order.status}`);
  return { ...order, held };
};

const read = (api: Visit["api"], orderId: string): Promise<Order> =>
  api.call("GET /v1/orders/{orderId}", { params: { orderId } });

/** A request without an answer has opened an order after all, to which the page leads. */
const adopt = async ({ api, ask, story }: Visit, orderId: string, { first, at }: Moment): Promise<Kept | string> => {
  const { answer, moment } = await ask(() => told(read(api, orderId)));
  if (!(answer instanceof ApiProblem))
    return { ...answer, held: { ...moment, first: Math.min(story.asked ?? at, first) } };
  story.wrong.push(`was told of an open order ${orderId}, which is ${answer.code}`);
  return "refused";
};

/** Gives the order back: released if it was held, refunded if it was paid. */
const cancel = async ({ api, ask, story }: Visit, order: Kept): Promise<string> => {
  const { orderId } = order;
  const { answer, moment } = await ask(() => told(Buyer.cancel(api, orderId)));
  order.left = moment;
  if (answer === undefined && order.status !== "confirmed") {
    order.status = "released";
    return "cancelled";
  }
  if (answer === undefined) {
    // it was confirmed, and the capture failed since then
    const { status, payment } = await read(api, orderId);
    Object.assign(order, { status, payment });
    if (payment?.reason === "payment.capture_failed") return "revoked";
  }
  if (answer === undefined || answer instanceof ApiProblem) {
    story.wrong.push(`${orderId} was ${order.status}, its cancelling was answered ${answer?.code ?? "204"}`);
    return "refused";
  }
  order.status = (await Buyer.follow(api, answer, ANSWERED_WITHIN_MS)).status;
  if (order.status !== "refunded") story.wrong.push(`${orderId} was never refunded, and is ${order.status}`);
  return order.status;
};
