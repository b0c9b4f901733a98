/** The payment, until it is settled. */
import { randomUUID } from "node:crypto";
import { cardToken } from "../generator/cards.ts";
import { ask, type Context, type Events, type Request, type Response, read, type Vars } from "./hook.ts";
import { unpaid } from "./seats.ts";

const giveUpMs = 60_000;

export async function accepted(request: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { attemptId } = read(response).payment;
  vars.attempt = { attemptId, since: response.timings.start, by: request.name.replace(/pay$/, "") };
  events.emit("counter", "accepted", 1);
}

/** A condition. */
export const isPaying = ({ attempt }: Vars): boolean => attempt !== undefined;
export const paying = ({ vars }: Context, go: (on: boolean) => void): void => go(isPaying(vars));

/** Ends the wait for a payment that is confirmed or declined, or that is not settled within a minute. */
export async function settled(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { attemptId, since, by } = vars.attempt;
  vars.order = read(response);
  const { status, payment } = vars.order;
  const declined = payment?.attemptId === attemptId && payment.status === "declined";
  const waitedMs = Date.now() - since;
  if (status !== "confirmed" && !declined && waitedMs < giveUpMs) return;
  vars.attempt = undefined;
  if (status === "confirmed") events.emit("histogram", `${by}settled`, waitedMs);
  events.emit("counter", status === "confirmed" ? "confirmed" : declined ? "declined" : "unsettled", 1);
}

/** A condition: too few points. */
export const insufficient = ({ order }: Vars): boolean => order?.payment?.reason === "wallet.insufficient";

/** With `cardEvery: n`, every n-th visitor pays by card; the form and the payment have one idempotency key. */
export async function card({ vars }: Context): Promise<void> {
  if (!vars.byCard || !vars.order) return;
  vars.key = randomUUID();
  const headers = { authorization: `Bearer ${vars.token}`, "idempotency-key": vars.key };
  const form = () => ask("POST", `${vars.target}/v1/orders/${vars.order.orderId}/payment/form`, undefined, headers);
  vars.card = await cardToken(vars.cards ?? { provider: "sandbox", url: "", key: "" }, form);
}

/** Conditions. */
export const byPoints = ({ order, byCard }: Vars): boolean => order !== undefined && !byCard;
export const byCard = ({ order, byCard }: Vars): boolean => order !== undefined && byCard;

/** The card of a visitor, chosen by a number from 0 to 1. */
const cards: [below: number, token: string][] = [
  [0.65, "tok_approve"],
  [0.8, "tok_decline"],
  [0.9, "tok_async"],
  [0.94, "tok_async_decline"],
  [0.97, "tok_webhook_early"],
  [1, "tok_webhook_twice"],
];

/** A card that may be declined or answer late. */
export async function anyCard({ vars }: Context): Promise<void> {
  const chance = Math.random();
  vars.card = cards.find(([below]) => chance < below)?.[1];
}

/** Half of the declined visitors try another card, once. */
export async function otherCard({ vars }: Context): Promise<void> {
  vars.again = unpaid(vars) && Math.random() < 0.5;
}

/** A condition. */
export const triesAgain = ({ again }: Vars): boolean => again;
