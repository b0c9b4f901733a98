/** The journeys of the scenarios that buy. */
import { sleep, type Visitor } from "../visitor.ts";
import { charge, hold, look, map, pay, payByCard, release } from "./buy.ts";
import { enter, leave } from "./queue.ts";

const points = { method: "points" };
const card = (token: string) => ({ method: "card", card: { token } });
const pause = (visitor: Visitor) => sleep(1_000 * (visitor.params.pause ?? 0));
const below = (n: number): number => Math.floor(Math.random() * n);

/** signin: one sign-in. */
export const signIn = async (visitor: Visitor): Promise<void> => {
  const body = { email: visitor.email, password: visitor.password };
  await visitor.send("signin", "POST", "/v1/sessions", { body, anonymous: true });
};

/** book-230: a new account, a session, two seats. */
export const signUpAndBook = async (visitor: Visitor): Promise<void> => {
  const email = `rush-${crypto.randomUUID()}@onsale.test`;
  const { password } = visitor;
  const anonymous = true;
  const began = performance.now();
  await visitor.send("signup", "POST", "/v1/accounts", { body: { email, password, name: "A Visitor" }, anonymous });
  const { body } = await visitor.send("signin", "POST", "/v1/sessions", { body: { email, password }, anonymous });
  visitor.signedIn(body.accessToken);
  await hold(visitor, { pick: { quantity: 2 } });
  visitor.timed("journey", performance.now() - began);
};

/** journey: thirteen pages of the list, the event, the queue where there is one, the map, two seats; a pause after each step. */
export const browseAndReserve = async (visitor: Visitor): Promise<void> => {
  let cursor = "";
  for (let page = 0; page < 13; page++) {
    const { body } = await visitor.send("list", "GET", `/v1/events?limit=20${cursor}`, { anonymous: true });
    cursor = body.next ? `&cursor=${body.next}` : "";
    await pause(visitor);
  }
  const event = await look(visitor);
  await pause(visitor);
  const admission = event.queue.enabled ? await enter(visitor) : {};
  if (!admission) return;
  await map(visitor, event);
  await pause(visitor);
  await hold(visitor, { pick: { quantity: 2 } }, admission);
  // they pay elsewhere: whoever waits is let in meanwhile
  if (event.queue.enabled) await leave(visitor);
};

/** flow: the whole of a purchase by points. */
export const wholeFlow = async (visitor: Visitor): Promise<void> => {
  const event = await look(visitor);
  const admission = await enter(visitor);
  if (!admission) return;
  await map(visitor, event);
  const order = await hold(visitor, { pick: { quantity: 2 } }, admission);
  if (order) await pay(visitor, order, points);
};

let came = 0;

/** confirm-150: who has too few points charges them and tries again. With `byCard` every so many-th pays by card. */
export const confirmAndPay = async (visitor: Visitor): Promise<void> => {
  const { byCard } = visitor.params;
  const card = byCard !== undefined && ++came % byCard === 0;
  const order = await hold(visitor, { pick: { quantity: 1 } });
  if (!order) return;
  if (card) return void (await payByCard(visitor, order));
  const paid = await pay(visitor, order, points);
  if (paid.payment?.reason !== "wallet.insufficient") return;
  await charge(visitor, order.total);
  await pay(visitor, paid, points);
};

const CARDS: [share: number, token: string][] = [
  [0.65, "tok_approve"],
  [0.15, "tok_decline"],
  [0.1, "tok_async"],
  [0.04, "tok_async_decline"],
  [0.03, "tok_webhook_early"],
  [0.03, "tok_webhook_twice"],
];

const anyCard = (): string => {
  let chance = Math.random();
  for (const [share, token] of CARDS) {
    chance -= share;
    if (chance < 0) return token;
  }
  return "tok_approve";
};

/** flight-deal: any one seat, by a card that may be declined or answer late; who is declined tries another card once, or lets go. */
export const flightDeal = async (visitor: Visitor): Promise<void> => {
  const admission = await enter(visitor);
  if (!admission) return;
  const order = await hold(visitor, { pick: { quantity: 1 } }, admission);
  if (!order) return void (await leave(visitor));
  const paid = await pay(visitor, order, card(anyCard()));
  if (paid.status === "confirmed") return;
  const again = Math.random() < 0.5 ? await pay(visitor, paid, card("tok_approve")) : undefined;
  if (again?.status === "confirmed") return;
  await release(visitor, order);
  await leave(visitor);
};

/** Up to four times, seats next to each other as near to the front as the map shows them free. */
const choose = async (visitor: Visitor, event: Awaited<ReturnType<typeof look>>, admission: Record<string, string>) => {
  for (let tries = 0; tries < 4; tries++) {
    const seen = await map(visitor, event);
    if (!seen) return undefined;
    const { sectionId } = seen.section;
    // everyone wants the front: a row of the first three that has room
    const row = 1 + below(3) + 3 * tries;
    const free = Array.from({ length: visitor.params.rowSeats ?? 20 }, (_, n) => `${sectionId}-${row}-${n + 1}`);
    const at = free.findIndex((seat, n) => n > 0 && !seen.taken[seat] && !seen.taken[free[n - 1] ?? ""]);
    if (at < 1) continue;
    visitor.tell("chose");
    const order = await hold(visitor, { seats: [free[at - 1], free[at]] }, admission);
    if (order) return order;
  }
  return undefined;
};

const bestAvailable = async (visitor: Visitor, admission: Record<string, string>) => {
  visitor.tell("picked");
  const order = await hold(visitor, { pick: { quantity: 2 } }, admission);
  visitor.tell(order ? "pick.held" : "pick.refused");
  return order;
};

/** sellout: half choose seats at the front, half take the best available; a third of those who hold go away without a word. */
export const sellOut = async (visitor: Visitor): Promise<void> => {
  const event = await look(visitor);
  const admission = await enter(visitor);
  if (!admission) return;
  const chosen = Math.random() < 0.5 ? await choose(visitor, event, admission) : undefined;
  const order = chosen ?? (await bestAvailable(visitor, admission));
  if (!order) return void (await leave(visitor));
  if (Math.random() < 1 / 3) {
    visitor.tell("abandoned");
    return void (await leave(visitor));
  }
  await pay(visitor, order, points);
};
