/** Finishing charges: for their owners, for the worker, and after a webhook about one. */
import * as Ids from "#core/lib/ids.ts";
import { memo } from "#core/lib/memo.ts";
import { count } from "#core/lib/metrics.ts";
import { advance } from "./card.ts";
import { ChargeNotFound, type ChargeView } from "./schema.ts";
import * as Steps from "./steps.ts";
import { view } from "./view.ts";
import * as Table from "./wallet.table.ts";

type Key = { userId: string; chargeId: string };

/** ms between two questions about one charge by one environment. A page may ask more often. */
const askedAgainAfterMs = 2_000;
const asked = memo<Table.Charge>(1_000);

/** Seconds until a worker looks at a charge again, and ms after which a person has to look. Both are as with orders. */
export const againAfterSeconds = 60;
const oldAfterMs = 60 * 60_000;

/**
 * A charge of this user as it is after the gateway was asked again. With `cancel` the charge is closed. 404 `wallet.charge_not_found`, 503
 * `unavailable`.
 */
export const look = async (args: Key & { cancel?: boolean | undefined; now: number }): Promise<ChargeView> => {
  const { userId, chargeId, cancel = false, now } = args;
  const charge = await find({ userId, chargeId });
  if (!charge) throw ChargeNotFound();
  if (isFinal(charge)) return view(charge);
  const ask = () => advance({ userId, charge, cancel, now });
  return view(await asked.get(`${userId} ${chargeId} ${cancel}`, { now, maxAge: askedAgainAfterMs }, ask));
};

/** Sends a message, so that a worker looks at the charge in a minute. */
export const watch = async ({ userId, chargeId }: Key): Promise<void> => {
  const { send } = await import("#core/lib/sqs.ts");
  await send("SettleQueue", { kind: "charge", userId, chargeId }, againAfterSeconds);
};

/** The worker's part for a charge's message: finishes the charge if it can. True while the charge is open: the message has to come again. */
export const follow = async ({ userId, chargeId, now }: Key & { now: number }): Promise<boolean> => {
  const charge = await resume({ userId, chargeId, now });
  if (!charge || isFinal(charge)) return false;
  if (now - begunAt(charge) > oldAfterMs) count("DebtOld");
  return true;
};

/** Finishes a charge as far as possible, and answers it as it is then; undefined if there is none. */
export const resume = async ({ userId, chargeId, now }: Key & { now: number }): Promise<Table.Charge | undefined> => {
  const charge = await find({ userId, chargeId });
  if (!charge || charge.state === "done") return charge;
  return advance({ userId, charge, now });
};

/** Whether this charge accounts for money that its gateway holds: it is credited, or not finished yet. */
export const holds = async (key: Key): Promise<boolean> => {
  const charge = await find(key);
  return charge !== undefined && charge.state !== "declined";
};

const find = async ({ userId, chargeId }: Key): Promise<Table.Charge | undefined> => {
  const item = await Steps.find(userId, chargeId);
  return item && Table.toCharge(item);
};

/** When the charge began, or its refund: epoch ms. */
const begunAt = ({ state, since = 0, payback }: Table.Charge): number =>
  state === "paying_back" && payback ? Ids.madeAt(payback.id) : since;

const isFinal = ({ state }: Table.Charge): boolean => state === "done" || state === "declined";
