/** Turns an action into this sale's request, and the product's reply into an answer that the model can check. */
import { freshKey } from "#client/client.ts";
import { ApiProblem } from "#client/problem.ts";
import type { NewOrder, Pay as Payment } from "#client/shapes.ts";
import * as Ids from "#core/lib/ids.ts";
import { codes } from "#core/ticket/codes.ts";
import type { Attempt, Behaviour } from "#tests/integration/gateway/contract/gateway.ts";
import { told } from "../client.ts";
import type { Action } from "./actions.ts";
import type { Buyer, Run } from "./run.ts";
import { type Answer, type Request, seatIds, type World } from "./world.ts";

/** The request of an action; undefined if this sale has no object for it. */
export type Ask = { request: Request; send: () => Promise<Answer> };

const answer = async (call: Promise<{ status: number; body: unknown }>): Promise<Answer> => {
  const reply = await told(call);
  const refused = reply instanceof ApiProblem;
  const { orderId, status, seats, balance } = ((refused ? reply.document : reply.body) ?? {}) as Record<
    string,
    unknown
  >;
  return {
    code: refused ? `${reply.status} ${reply.code}` : `${reply.status}`,
    ...(typeof orderId === "string" && { orderId }),
    ...(typeof status === "string" && { status }),
    ...(Array.isArray(seats) && {
      seats: seats.map((seat: string | { seatId: string }) => (typeof seat === "string" ? seat : seat.seatId)),
    }),
    ...(typeof balance === "number" && { balance }),
  };
};

export const buyerAt = ({ buyers }: Run, user: number): [Buyer, number] => {
  const index = user % buyers.length;
  return [buyers[index] as Buyer, index];
};

/** The newest order, for an index. */
export const NEWEST = 2;
export const NEWEST_HELD = 1;

/**
 * A third of the indices mean confirmed orders, a third held ones, and the rest any; counted from the newest, because old ones are mostly
 * finished.
 */
export const orderOf = ({ orders }: Run, world: World, index: number): string | undefined => {
  const wanted = ["confirmed", "held"][index % 3];
  const fitting = orders.filter((order) => world.orders[order]?.status === wanted);
  const some = fitting.length > 0 ? fitting : orders;
  return some.at(-1 - (Math.floor(index / 3) % Math.max(1, some.length)));
};

/** The order of an action, and its owner; or another user if `stranger` is 1. */
const orderAt = (run: Run, world: World, index: number, stranger = 0) => {
  const order = orderOf(run, world, index);
  const owner = order === undefined ? undefined : world.orders[order]?.user;
  return order === undefined || owner === undefined
    ? undefined
    : { order, user: (owner + stranger) % run.buyers.length };
};

/** As the product hashes a request: path and bytes. */
const bodyOf = (path: string, body: unknown) =>
  Ids.sha256(Buffer.concat([Buffer.from(`${path}\n`), Buffer.from(JSON.stringify(body))]));

/** A key as a basket stores it. */
const mark = (value: string) => Ids.derive(value).slice(0, 16);

const hold = (run: Run, action: Extract<Action, { kind: "hold" | "pick" }>): Ask => {
  const [buyer, user] = buyerAt(run, action.user);
  const all = seatIds(run.rules);
  const chosen = (seats: number[]) => [...new Set(seats.map((seat) => all[seat % all.length] as string))];
  const seats = action.kind === "hold" ? chosen(action.seats) : action.quantity;
  const { eventId } = run;
  const body: NewOrder = typeof seats === "number" ? { eventId, pick: { quantity: seats } } : { eventId, seats };
  // key 0 is always a new one
  const idempotencyKey = action.key === 0 ? freshKey() : `hold-${action.key}`;
  const key = mark(idempotencyKey);
  const { admission } = buyer;
  const valid = admission && run.outside.now < Math.floor(admission.expires / 1000) * 1000;
  const admittedAt = valid ? admission.issuedAt : undefined;
  return {
    request: { kind: "hold", user, seats, key, body: bodyOf("/v1/orders", body).slice(0, 16), admittedAt },
    send: () => answer(buyer.api.reply("POST /v1/orders", { body, admission: admission?.token, idempotencyKey })),
  };
};

/** A token for a card of this gateway; the same for the same request. */
const tokenOf = async (run: Run, { token, from }: Pay, attempt: Attempt): Promise<string> => {
  const gateway = run.fixture.gateways[from];
  const behaviour = token !== "points" && gateway.cards[token] !== undefined ? token : "approved";
  const name = `${attempt.attemptId} ${from} ${behaviour}`;
  const made = run.tokens.get(name) ?? (await gateway.token(gateway.cards[behaviour] ?? "", attempt));
  run.tokens.set(name, made);
  if (!run.cards.has(made) || from === "sandbox") run.cards.set(made, { behaviour, from, at: run.outside.now });
  return made;
};

type Pay = Extract<Action, { kind: "pay" }>;

const pay = async (run: Run, world: World, action: Pay): Promise<Ask | undefined> => {
  const found = orderAt(run, world, action.order, action.user);
  if (!found) return undefined;
  const { order, user } = found;
  const idempotencyKey = action.key === 0 ? freshKey() : `pay-${action.key}`;
  const { userId, api } = run.buyers[user] as Buyer;
  const amount = (world.orders[order]?.seats.length ?? 0) * run.rules.price;
  const attempt = { userId, orderId: order, attemptId: Ids.derive(order, idempotencyKey), amount };
  const body: Payment =
    action.token === "points"
      ? { method: "points" }
      : { method: "card", card: { token: await tokenOf(run, action, attempt) } };
  const request = {
    ...{ kind: "pay" as const, user, order, method: body.method },
    ...{ key: attempt.attemptId, body: bodyOf(`/v1/orders/${order}/payment`, body).slice(0, 22) },
  };
  return {
    request,
    send: async () => {
      run.outside.payments = action.from;
      const params = { orderId: order };
      return answer(api.reply("POST /v1/orders/{orderId}/payment", { params, body, idempotencyKey }));
    },
  };
};

const about = (run: Run, world: World, action: Extract<Action, { kind: "cancel" | "read" }>): Ask | undefined => {
  const found = orderAt(run, world, action.order, action.user);
  if (!found) return undefined;
  const { api } = run.buyers[found.user] as Buyer;
  const key = action.kind === "cancel" ? "DELETE /v1/orders/{orderId}" : "GET /v1/orders/{orderId}";
  return {
    request: { kind: action.kind, ...found },
    send: () => answer(api.reply(key, { params: { orderId: found.order } })),
  };
};

/** A charge by card has keys of its own, because its answer depends on the gateway. */
export const charge = (run: Run, action: Extract<Action, { kind: "charge" }>): Ask => {
  const [{ api }, user] = buyerAt(run, action.user);
  const { amount } = action;
  const key = action.key === 0 ? freshKey() : `${action.token === "free" ? "free" : "card"}-${user}-${action.key}`;
  const { cards } = run.fixture.gateways.sandbox;
  const card = cards[action.token as Behaviour] ?? cards.approved ?? "";
  const body = { amount, ...(action.token !== "free" && { card: { token: card } }) };
  return {
    request: { kind: "charge", user, amount, key: Ids.sha256(key), body: bodyOf("/v1/wallet/charges", body) },
    send: async () => {
      run.outside.payments = "sandbox";
      return answer(api.reply("POST /v1/wallet/charges", { body, idempotencyKey: key }));
    },
  };
};

const checkIn = (run: Run, world: World, action: Extract<Action, { kind: "checkIn" }>): Ask | undefined => {
  const found = orderAt(run, world, action.order);
  if (!found) return undefined;
  const { order: orderId, user } = found;
  const seats = (world.orders[orderId]?.seats ?? []).map((seatId) => ({ seatId }));
  const seat = action.seat % seats.length;
  const { userId } = run.buyers[user] as Buyer;
  return {
    request: { kind: "checkIn", order: orderId, seat },
    // an entrance gets any code, also that of an order that is not paid, or no longer
    send: async () => {
      const { eventId } = run;
      const { code = "" } = (await codes({ userId, orderId, eventId, seats }))[seat] ?? {};
      return answer(run.admin.reply("POST /v1/admin/check-ins", { body: { eventId, code } }));
    },
  };
};

const refund = (run: Run, world: World, action: Extract<Action, { kind: "refund" }>): Ask | undefined => {
  const found = orderAt(run, world, action.order);
  if (!found) return undefined;
  const { userId } = run.buyers[found.user] as Buyer;
  const request = { params: { orderId: found.order }, query: { userId } };
  return {
    request: { kind: "refund", order: found.order },
    send: () => answer(run.admin.reply("POST /v1/admin/orders/{orderId}/refund", request)),
  };
};

export type Message = { kind: string; userId?: string; orderId?: string; method?: string; reference?: string } & Record<
  string,
  unknown
>;

export const parse = (body: string): Message => JSON.parse(body) as Message;

/** Delivers one message to the worker; a failed one waits again. */
export const deliver = async (run: Run, body: string): Promise<Answer> => {
  const record = { messageId: "m", receiptHandle: "", body, attributes: { ApproximateReceiveCount: "1" } };
  const Records = [{ ...record, messageAttributes: {}, eventSource: "aws:sqs" }];
  const dead = { batchItemFailures: ["all"] };
  const { batchItemFailures } = (await run.fixture.invoke("settle", { Records }).catch(() => dead)) as typeof dead;
  if (batchItemFailures.length === 0) return { code: "settled" };
  run.outside.messages.push(body);
  return { code: "again" };
};

/** Takes one of the matching messages, or leaves it for another time. */
export const take = (
  { outside }: Run,
  { at, again }: { at: number; again: boolean },
  fits: (message: Message) => boolean = () => true,
): string | undefined => {
  const fitting = outside.messages.filter((body) => fits(parse(body)));
  const body = fitting[at % Math.max(1, fitting.length)];
  if (body !== undefined && !again) outside.messages.splice(outside.messages.indexOf(body), 1);
  return body;
};

export const byPoints = ({ kind, method }: Message): boolean => kind === "payment" && method === "points";

/** A payment by points: message and world determine its outcome. */
export const settlement = (run: Run, world: World, body: string): Ask => {
  const message = parse(body);
  const order = message.orderId ?? "";
  const { attemptId: key, hash, acceptedAt } = message as unknown as Record<string, string> & { acceptedAt: number };
  return {
    request: {
      ...{ kind: "settle", user: world.orders[order]?.user ?? 0, order },
      ...{ key: key ?? "", body: hash ?? "", acceptedAt },
    },
    send: () => deliver(run, body),
  };
};

const set = ({ admin, eventId }: Run, { status }: Extract<Action, { kind: "set" }>): Ask => ({
  request: { kind: "set", status },
  send: () => answer(admin.reply("PATCH /v1/admin/events/{eventId}", { params: { eventId }, body: { status } })),
});

/** The request of an action whose answer the model predicts; undefined for others, or without an object. */
export const ask = async (run: Run, world: World, action: Action): Promise<Ask | undefined> => {
  switch (action.kind) {
    case "hold":
    case "pick":
      return hold(run, action);
    case "pay":
      return pay(run, world, action);
    case "cancel":
    case "read":
      return about(run, world, action);
    case "wallet": {
      const [{ api }, user] = buyerAt(run, action.user);
      return { request: { kind: "wallet", user }, send: () => answer(api.reply("GET /v1/wallet")) };
    }
    case "charge":
      return action.token === "free" ? charge(run, action) : undefined;
    case "checkIn":
      return checkIn(run, world, action);
    case "refund":
      return refund(run, world, action);
    case "set":
      return set(run, action);
    case "settle": {
      const body = take(run, action, byPoints);
      return body === undefined ? undefined : settlement(run, world, body);
    }
    default:
      return undefined;
  }
};
