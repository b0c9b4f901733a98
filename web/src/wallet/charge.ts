/** Charging the wallet: the method, one charge with one key, and what this browser remembers of it. */

import { freshKey } from "../../../client/client.ts";
import { untilAnswered } from "../../../client/pause.ts";
import { passing } from "../../../client/problem.ts";
import type { PaymentMethods, WalletCharge } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { w } from "../i18n/index.ts";
import * as Attempt from "../order/attempt.ts";
import { groupOf } from "../order/decline-codes.ts";
import { leaveFor } from "../order/pay.ts";
import { queries } from "../query.ts";

export type Way = NonNullable<PaymentMethods["card"]>["provider"] | "free" | "none";

/** How points are charged: at the configured gateway, else free, else with the sandbox's cards. */
export const wayOf = ({ card, points }: PaymentMethods): Way => {
  if (card && card.provider !== "sandbox") return card.provider;
  if (points.free) return "free";
  return card ? "sandbox" : "none";
};

export const chargePath = (chargeId?: string): string => `/wallet/charge${chargeId ? `/${chargeId}` : ""}`;

/** The storage key of a charge in the gateway's window. */
export const WINDOW = "charge";

/** Keys of charges without an answer, by request. The same request again uses the same key. */
const unknown = new Map<string, string>();

/**
 * Charges points. After a lost answer the request is sent again with the same key, so it is charged once. Returns the
 * charge while it is pending, and undefined when it is completed.
 */
export const charge = async (amount: number, card?: string, given?: string): Promise<WalletCharge | undefined> => {
  const wanted = `${amount} ${card ?? ""}`;
  const key = given ?? unknown.get(wanted) ?? freshKey();
  unknown.set(wanted, key);
  const forget = () => {
    unknown.delete(wanted);
    Attempt.drop(WINDOW, key);
  };
  const request = { body: { amount, ...(card && { card: { token: card } }) }, idempotencyKey: key };
  try {
    const made = await untilAnswered(() => api.reply("POST /v1/wallet/charges", request));
    forget();
    if (made.status === 202) return made.body;
    await Reads.changed("wallet", "entries");
    return undefined;
  } catch (error) {
    if (!passing(error)) forget();
    throw error;
  }
};

/** Opens the gateway's window for a new charge, and leaves the page for it. */
export const openWindow = async (amount: number): Promise<void> => {
  const key = freshKey();
  const form = await api.call("POST /v1/wallet/charges/form", { body: { amount }, idempotencyKey: key });
  await leaveFor(WINDOW, { key, reference: form.reference, amount }, form, w.wallet.charge);
};

/** Asks the API to check with the gateway after the buyer's step; `cancel` if the buyer gives up. */
export const comeBack = async (chargeId: string, cancel = false): Promise<void> => {
  const request = { params: { chargeId }, body: cancel ? { cancel } : {} };
  const after = await api.call("POST /v1/wallet/charges/{chargeId}/return", request);
  queries.setQueryData(Reads.charge(chargeId).queryKey, after);
};

/** Why a charge failed: what happened to the money, then what to do. */
export const declined = ({ reason = "card.declined", code }: WalletCharge) => {
  const group = reason === "card.declined" ? groupOf(code) : undefined;
  if (group) return w.checkout.codes[group];
  return w.wallet.reasons[reason] ?? w.checkout.reasons[reason] ?? w.checkout.failed;
};

const kept = <T>(name: string) => ({
  get: (): T | undefined => JSON.parse(sessionStorage.getItem(name) ?? "null") ?? undefined,
  set: (value: T): void => sessionStorage.setItem(name, JSON.stringify(value)),
  drop: (): void => sessionStorage.removeItem(name),
});

/** The order that points are charged for. The buyer returns to it afterwards. */
const errand = kept<{ amount: number; to: string }>("onsale:errand");
export const { get: errandOf, set: keepErrand, drop: dropErrand } = errand;

/** The charge that was sent from this tab. `begun`: its confirmation by the bank has begun. */
const sent = kept<{ chargeId: string; begun?: true }>("onsale:charge");

export const noteSent = (chargeId: string): void => sent.set({ chargeId });
export const noteBegun = (chargeId: string): void => sent.set({ chargeId, begun: true });

/** Whether the bank's confirmation begins without a click: once, and only in the tab that sent the charge. */
export const beginsHere = (chargeId: string): boolean => {
  const here = sent.get();
  return here?.chargeId === chargeId && !here.begun;
};
