/**
 * What each service may do, and nothing else: pure data, made into IAM statements by lambda.ts and held by tests/infra.
 * A transaction needs its items' own actions (PutItem, UpdateItem, DeleteItem, ConditionCheckItem).
 */
import type { ServiceName } from "../functions/services.ts";
import type { TableName } from "../functions/tables.ts";

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
  | "Stripe"
  | "StripeWebhooks"
  | "Toss"
  | "TossWebhooks"
  | "Settings"
  | "AccessKey"
  | "PlaceKey"
  | "AdmissionKey"
  | "ChallengeKey"
  | "TicketKey"
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
const wallet: Access = { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem"], keys: ["USER#*"] };

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
    tables: [event, { table: "Catalog", actions: ["UpdateItem"], keys: ["EVENT#*"] }, seats, orders, wallet],
    sends: true,
    links: [...edge, "AdmissionKey", "TicketKey", "WebhookKey", "StripeWebhooks", "TossWebhooks", "Settings"],
  },
  accounts: {
    tables: [
      {
        table: "Accounts",
        actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
      },
    ],
    // what a charge by card leaves unfinished, the worker finishes
    sends: true,
    links: [...edge, "Settings", "Gateway", "Stripe", "Toss"],
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
      { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem"], keys: ["USER#*"] },
      // whose address it is, never the password's hash beside it
      { table: "Accounts", actions: ["GetItem"], keys: ["EMAIL#*"], attributes: ["userId"] },
    ],
    links: [...edge, "Redis", "TicketKey", "Settings"],
  },
  settle: { tables: [event, seats, orders, wallet], links: ["Gateway", "Stripe", "Toss", "Settings"] },
  leave: { tables: [event], sends: true, links: ["Redis"] },
  mail: {
    tables: [
      event,
      { table: "Orders", actions: ["GetItem", "UpdateItem"], keys: ["USER#*"] },
      { table: "Accounts", actions: ["GetItem"], keys: ["USER#*"] },
      // how many e-mails went out this second
      { table: "Accounts", actions: ["UpdateItem"], keys: ["MAILS#*"] },
    ],
    mails: true,
    links: ["Settings", "TicketKey"],
  },
  reconcile: {
    tables: [event, seats, { ...orders, indexes: ["byOpen"] }, wallet],
    links: ["Gateway", "Stripe", "Toss", "Settings"],
  },
};

/** The tables that a service is linked to. */
export const tablesOf = (name: ServiceName): TableName[] => [...new Set(grants[name].tables.map(({ table }) => table))];
