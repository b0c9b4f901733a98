/**
 * What each service may do, and nothing else: pure data. stacks/lambda.ts makes IAM statements of it, and tests hold the handlers to it.
 * A transaction needs its items' own actions (PutItem, UpdateItem, DeleteItem, ConditionCheckItem).
 */
import { type ProviderLink, providerLinks, type WebhookLink, webhookLinks } from "./providers.ts";
import type { ServiceName } from "./services.ts";
import type { TableName } from "./tables.ts";

export type Action =
  | "GetItem"
  | "BatchGetItem"
  | "BatchWriteItem"
  | "Query"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem";

export type Access = {
  table: TableName;
  actions: readonly Action[];
  /** Partition keys that it is bound to, with `*` as IAM has it; all of them without. */
  keys?: readonly string[];
  /** The attributes that it may see, the keys beside; all of them without. The request must project them. */
  attributes?: readonly string[];
  /** Indexes that it may query beside. */
  indexes?: readonly string[];
};

export type LinkName =
  | TableName
  | "SettleQueue"
  | "Redis"
  | "Gateway"
  | ProviderLink
  | WebhookLink
  | "Settings"
  | "AccessKey"
  | "RefreshKey"
  | "PlaceKey"
  | "AdmissionKey"
  | "ChallengeKey"
  | "TicketKey"
  | "TicketPublicKey"
  | "WebhookKey"
  | "OriginKey";

export type Grant = {
  tables: readonly Access[];
  /** Sends messages to the settle queue. */
  sends?: true;
  /** Sends mail from the stage's own identity. */
  mails?: true;
  /** What its code may read of its links, beside the tables above. */
  links: readonly LinkName[];
};

/** Every HTTP service: who asks, and whether CloudFront sent it. */
const edge = ["OriginKey", "AccessKey"] as const;

/** An event with its plan; the seed of a draw stands under `SEED#` and is not in reach. */
const event: Access = { table: "Catalog", actions: ["GetItem", "Query", "BatchGetItem"], keys: ["EVENT#*"] };

const seats: Access = {
  table: "Seats",
  actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
};
const orders: Access = {
  table: "Orders",
  actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
};
/** Money: the wallet's balance, its ledger and its charges. Who may move it may write nothing of who somebody is, and the reverse. */
const wallet: Access = { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem"], keys: ["USER#*"] };

/** Declined cards are counted by who asks a gateway, and looked at by who takes a payment. */
const declines: Access = { table: "Accounts", actions: ["BatchGetItem", "UpdateItem"], keys: ["DECLINES#*"] };

/** Who somebody is, without their sessions. */
const profile: Access = {
  table: "Accounts",
  actions: ["GetItem"],
  keys: ["ACCOUNT#*"],
  attributes: ["userId", "email", "name"],
};

export const grants: Record<ServiceName, Grant> = {
  queue: {
    tables: [
      { table: "Catalog", actions: ["GetItem", "Query", "UpdateItem"], keys: ["EVENT#*"] },
      { table: "Catalog", actions: ["GetItem"], keys: ["SEED#*"] },
      { table: "Seats", actions: ["Query"] },
      { table: "Orders", actions: ["GetItem", "UpdateItem"], keys: ["USER#*"] },
    ],
    links: [...edge, "Redis", "PlaceKey", "AdmissionKey", "ChallengeKey"],
  },
  catalog: {
    tables: [
      { ...event, keys: ["EVENT#*", "LIST#*"] },
      // whoever counts availability keeps the event's mark that nothing is free
      { table: "Catalog", actions: ["UpdateItem"], keys: ["EVENT#*"] },
      { table: "Seats", actions: ["Query"] },
    ],
    links: ["OriginKey"],
  },
  orders: {
    tables: [
      event,
      { table: "Catalog", actions: ["UpdateItem"], keys: ["EVENT#*"] },
      seats,
      orders,
      wallet,
      { ...declines, actions: ["BatchGetItem"] },
    ],
    sends: true,
    links: [...edge, "AdmissionKey", "TicketKey", "WebhookKey", ...webhookLinks, "Settings"],
  },
  accounts: {
    tables: [
      {
        table: "Accounts",
        actions: ["GetItem", "BatchGetItem"],
        keys: ["ACCOUNT#*", "EMAIL#*", "FAILURES#*"],
      },
      { table: "Accounts", actions: ["PutItem", "UpdateItem"], keys: ["ACCOUNT#*", "EMAIL#*"] },
      // a session that was signed out of
      { table: "Accounts", actions: ["DeleteItem"], keys: ["ACCOUNT#*"] },
      { table: "Accounts", actions: ["UpdateItem", "DeleteItem"], keys: ["FAILURES#*"] },
      // what somebody may do is read here, and written by no function
      { table: "Accounts", actions: ["Query"], keys: ["MEMBER#*"] },
    ],
    links: [...edge, "RefreshKey", "ChallengeKey"],
  },
  wallet: {
    tables: [{ ...wallet, actions: [...wallet.actions, "Query"] }, declines],
    // what a charge by card leaves unfinished, the worker finishes
    sends: true,
    links: [...edge, "Settings", "Gateway", ...providerLinks],
  },
  admin: {
    tables: [
      {
        table: "Catalog",
        actions: ["GetItem", "Query", "BatchGetItem", "PutItem", "UpdateItem"],
        keys: ["EVENT#*"],
      },
      { table: "Catalog", actions: ["BatchWriteItem"], keys: ["LIST#*"] },
      { table: "Catalog", actions: ["PutItem"], keys: ["SEED#*"] },
      seats,
      { ...orders, indexes: ["byEnded", "byRef", "byOpen"] },
      wallet,
      profile,
      // whose address it is, never the password's hash beside it
      { table: "Accounts", actions: ["GetItem"], keys: ["EMAIL#*"], attributes: ["userId"] },
    ],
    links: [...edge, "Redis", "TicketPublicKey", "Settings"],
  },
  settle: {
    tables: [event, seats, orders, wallet, declines],
    // what a silent gateway was asked, and an open charge of a wallet, are sent again later
    sends: true,
    links: ["Gateway", ...providerLinks, "Settings"],
  },
  leave: { tables: [event], sends: true, links: ["Redis"] },
  mail: {
    tables: [
      event,
      { table: "Orders", actions: ["GetItem", "UpdateItem"], keys: ["USER#*"] },
      profile,
      // how many e-mails an address had today, and how many went out this second
      { table: "Accounts", actions: ["UpdateItem"], keys: ["MAILS#*"] },
    ],
    mails: true,
    links: ["Settings", "TicketKey"],
  },
  reconcile: {
    tables: [event, seats, { ...orders, indexes: ["byOpen"] }, wallet, declines],
    links: ["Gateway", ...providerLinks, "Settings"],
  },
};

/** The tables that a service is linked to. */
export const tablesOf = (name: ServiceName): TableName[] => [...new Set(grants[name].tables.map(({ table }) => table))];
