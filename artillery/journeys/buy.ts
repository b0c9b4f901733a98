/** Holding seats and paying for them. */
import { cardToken } from "../cards.ts";
import { sleep, type Visitor } from "../visitor.ts";

// biome-ignore lint/suspicious/noExplicitAny: an order as the API tells it.
type Order = any;
type Headers = Record<string, string>;

const key = () => crypto.randomUUID();

/** Asks for seats; undefined if somebody else has them, or none are left. */
export const hold = async (visitor: Visitor, seats: object, headers: Headers = {}): Promise<Order | undefined> => {
  const reply = await visitor.send("hold", "POST", "/v1/orders", {
    body: { eventId: visitor.eventId, ...seats },
    headers: { ...headers, "idempotency-key": key() },
    expect: [201, 409],
  });
  visitor.tell("wanted");
  if (reply.status === 201) {
    visitor.tell("held");
    return reply.body;
  }
  visitor.tell(reply.body.code);
  if (reply.body.code === "seat.taken") visitor.tell("conflict");
  return undefined;
};

/** How often a page looks whether its order is settled, ms. */
const LOOK = 250;
const GIVE_UP = 60_000;

/** Pays and waits for the outcome. The acceptance and the settlement are timed apart, under names that begin with `by`. */
export const pay = async (
  visitor: Visitor,
  order: Order,
  method: object,
  by = "",
  idempotency = key(),
): Promise<Order> => {
  const began = performance.now();
  const path = `/v1/orders/${order.orderId}`;
  const accepted = await visitor.send(`${by}pay`, "POST", `${path}/payment`, {
    body: method,
    headers: { "idempotency-key": idempotency },
  });
  const { attemptId } = accepted.body.payment;
  visitor.tell("accepted");
  for (;;) {
    await sleep(LOOK);
    const { body } = await visitor.send("order", "GET", path);
    const waited = performance.now() - began;
    if (body.status === "confirmed") {
      visitor.tell("confirmed");
      visitor.timed(`${by}settled`, waited);
      return body;
    }
    if (body.payment?.attemptId === attemptId && body.payment.status === "declined") {
      visitor.tell("declined");
      return body;
    }
    if (waited > GIVE_UP) {
      visitor.tell("unsettled");
      return body;
    }
  }
};

/** The same by a card that is approved, of the gateway that takes cards here. */
export const payByCard = async (visitor: Visitor, order: Order): Promise<Order> => {
  const { cards = { provider: "sandbox" as const, url: "", key: "" } } = visitor;
  const headers = { "idempotency-key": key() };
  const path = `/v1/orders/${order.orderId}/payment/form`;
  const form = async () => (await visitor.send("form", "POST", path, { headers })).body;
  const card = { token: await cardToken(cards, form) };
  return pay(visitor, order, { method: "card", card }, "card.", headers["idempotency-key"]);
};

export const charge = async (visitor: Visitor, amount: number): Promise<void> => {
  await visitor.send("charge", "POST", "/v1/wallet/charges", {
    body: { amount },
    headers: { "idempotency-key": key() },
  });
  visitor.tell("charged");
};

export const release = (visitor: Visitor, order: Order) =>
  visitor.send("release", "DELETE", `/v1/orders/${order.orderId}`, { expect: [204, 409] });

/** Looks at the event and where there is room. */
export const look = async (visitor: Visitor) => {
  const path = `/v1/events/${visitor.eventId}`;
  const anonymous = true;
  const { body: event } = await visitor.send("event", "GET", path, { anonymous });
  await visitor.send("availability", "GET", `${path}/availability`, { anonymous });
  return event;
};

/** The map of one section, at random, as a buyer looks around. */
export const map = async (visitor: Visitor, event: { sections: { sectionId: string; kind: string }[] }) => {
  const seated = event.sections.filter(({ kind }) => kind === "seated");
  const section = seated[Math.floor(Math.random() * seated.length)];
  if (!section) return undefined;
  const path = `/v1/events/${visitor.eventId}/sections/${section.sectionId}/seats`;
  const { body } = await visitor.send("map", "GET", path, { anonymous: true });
  return { section, taken: body.taken as Record<string, string> };
};
