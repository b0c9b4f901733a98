/** The wallet's part of the Accounts table: keys, items ↔ objects, and the fragments of transactions that move points. */

import type { Action, ProviderName } from "#core/gateway/index.ts";
import { iso, ms } from "#core/lib/clock.ts";
import { type Item, putNew, type TransactItem, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import type { Entry } from "./schema.ts";

export type Key = { pk: string; sk: string };

export const walletKey = (userId: string): Key => ({ pk: `USER#${userId}`, sk: "WALLET" });
export const entryKey = (userId: string, entryId: string): Key => ({ pk: `USER#${userId}`, sk: `ENTRY#${entryId}` });
/** A charge's idempotency key, hashed: it is the charge's id. */
export const chargeKey = (userId: string, chargeId: string): Key => ({ pk: `USER#${userId}`, sk: `KEY#${chargeId}` });

/** A change of the balance. The amount is signed, in KRW. */
export type Move = {
  userId: string;
  kind: Entry["kind"];
  amount: number;
  /** The balance before it, as read. */
  from: number;
  orderId?: string | undefined;
  now: number;
};

/** The transaction items of a move: the balance first, then its ledger entry. Neither is written without the other. */
export const move = (change: Move, entryId = Ids.make("ent", change.now)): TransactItem[] => [
  {
    Update: {
      TableName: table("Accounts"),
      Key: walletKey(change.userId),
      UpdateExpression: "SET balance = :to",
      // Of two changes at the same time, the second finds another balance than it read, and starts again. So no debit makes the balance
      // negative, and each entry has the balance after it.
      // The first change makes the wallet's item. Until then the wallet is empty.
      ConditionExpression: change.from === 0 ? "balance = :from OR attribute_not_exists(pk)" : "balance = :from",
      ExpressionAttributeValues: { ":from": change.from, ":to": change.from + change.amount },
    },
  },
  putNew("Accounts", entryItem(change, entryId)), // an entry is written once
];

const entryItem = ({ userId, from, now, ...entry }: Move, entryId: string): Item => ({
  ...entryKey(userId, entryId),
  entryId,
  ...entry,
  balance: from + entry.amount,
  createdAt: now,
});

/** The entry that a move writes, as the API shows it. */
export const entryOf = (change: Move, entryId: string): Entry => toEntry(entryItem(change, entryId));

export const toEntry = (item: Item): Entry => ({
  entryId: item.entryId,
  kind: item.kind,
  amount: item.amount,
  balance: item.balance,
  ...(item.orderId && { orderId: item.orderId }),
  createdAt: iso(item.createdAt),
});

/**
 * A charge. By card it is written before the gateway is asked (`pending`), and is `done` once the money is taken and the points are
 * credited. Or it is `declined`, after `returning` where the gateway had money that could not be credited. A free one is `done` at once.
 * `credited` is what an earlier release wrote before it took the money. A charge by card that is done can be paid back, once or in parts.
 * It is `paying_back` meanwhile, and `done` again after that.
 */
export type Charge = {
  chargeId: string;
  /** Of the request. It distinguishes a replay from another request with the same key. */
  hash: string;
  amount: number;
  state: "pending" | "returning" | "credited" | "done" | "declined" | "paying_back";
  /** By card: when it began, epoch ms. */
  since?: number | undefined;
  /** By card: the provider, the gateway's name for the payment, and the card's single-use token until it was used. */
  provider?: ProviderName | undefined;
  paymentId?: string | undefined;
  token?: string | undefined;
  /** By card, until it is over: the address that it came from, as core/declines counts it. */
  from?: string | undefined;
  /** While it is pending: what its buyer has to do. Never logged. */
  action?: Action | undefined;
  /** Why it is not credited: the wallet is full, the gateway has another amount, the card, its bank's check, or no answer. */
  refusal?: "full" | "mismatch" | "declined" | "unverified" | "unconfirmed" | undefined;
  /** With `declined`: the gateway's own code. */
  code?: string | undefined;
  /** The money was taken, and was returned. */
  returned?: boolean | undefined;
  /** The answer, once the points are credited. */
  entry?: Entry | undefined;
  /** The last refund to the card, and the sum of those that arrived. */
  payback?: Payback | undefined;
  paidBack?: number | undefined;
};

/** A refund of a charge. Its id (`rf_…`) is its name at the gateway as well. `base`: what the gateway had refunded, or was returning, before it. */
export type Payback = { id: string; amount: number; base: number; refused?: true };

/** ms that a finished charge is kept, except one that took money. */
export const finishedChargeKeptMs = 7 * 86_400_000;

const isOver = ({ state }: Charge): boolean => state === "done" || state === "declined";

/**
 * A pending charge is never deleted, and neither is one that took a card's money: its balance can be paid back to that card. The TTL (in
 * seconds) only saves storage: DynamoDB deletes within days.
 */
export const chargeItem = (userId: string, charge: Charge, now: number): Item => ({
  ...chargeKey(userId, charge.chargeId),
  ...charge,
  token: charge.state === "pending" ? charge.token : undefined,
  from: isOver(charge) ? undefined : charge.from,
  action: charge.state === "pending" ? charge.action : undefined,
  entry: charge.entry && { ...charge.entry, createdAt: ms(charge.entry.createdAt) },
  ...(isOver(charge) &&
    !isByCard(charge) && {
      expires: Math.ceil((now + finishedChargeKeptMs) / 1000),
    }),
});

/** Whether it took a card's money. */
export const isByCard = ({ state, paymentId }: Charge): boolean => state !== "declined" && paymentId !== undefined;

export const toCharge = (item: Item): Charge => ({
  chargeId: item.chargeId,
  hash: item.hash,
  amount: item.amount,
  state: item.state,
  since: item.since,
  provider: item.provider,
  paymentId: item.paymentId,
  token: item.token,
  from: item.from,
  action: item.action,
  refusal: item.refusal,
  code: item.code,
  returned: item.returned,
  entry: item.entry && toEntry(item.entry),
  payback: item.payback,
  paidBack: item.paidBack,
});

/** Begins to pay a charge back. Of two that begin at the same time, and of a late one, the condition on the last refund lets one through. */
export const beginPayback = (userId: string, charge: Charge, payback: Payback): TransactItem => ({
  Update: {
    TableName: table("Accounts"),
    Key: chargeKey(userId, charge.chargeId),
    UpdateExpression: "SET #state = :paying, payback = :payback REMOVE expires",
    ConditionExpression: `#state = :done AND ${charge.payback ? "payback.id = :last" : "attribute_not_exists(payback)"}`,
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ...{ ":paying": "paying_back", ":done": "done", ":payback": payback },
      ...(charge.payback && { ":last": charge.payback.id }),
    },
  },
});

/** Writes a charge that is not written yet, or one that is still in state `from`. */
export const putCharge = (userId: string, charge: Charge, now: number, from?: Charge["state"]): TransactItem => ({
  Put: {
    TableName: table("Accounts"),
    Item: chargeItem(userId, charge, now),
    // Of the request, its repetition and the worker, one makes each step. A late run must not end a refund that began after its own.
    ConditionExpression: condition(from),
    ...(from && {
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":from": from, ...(from === "paying_back" && { ":refund": charge.payback?.id }) },
    }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

const condition = (from: Charge["state"] | undefined): string => {
  if (from === undefined) return "attribute_not_exists(pk)";
  return from === "paying_back" ? "#state = :from AND payback.id = :refund" : "#state = :from";
};
