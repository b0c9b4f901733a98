/**
 * Everything that each service may do, as pure data. stacks/lambda.ts makes IAM statements from it, and tests enforce it for the handlers.
 * A transaction needs the actions of its items (PutItem, UpdateItem, DeleteItem, ConditionCheckItem).
 *
 * Over 200 lines: it is one table, and a reader compares the services with each other.
 */
import { type ProviderLink, providerLinks, type WebhookLink, webhookLinks } from "./providers.ts";
import type { ServiceName, WorkQueue } from "./services.ts";
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
  /** The partition keys that are allowed, with IAM's `*`. Default: all. */
  keys?: readonly string[];
  /** The attributes that it may read, in addition to the keys. Default: all. The request must project them. */
  attributes?: readonly string[];
  /** Indexes that it may also query. */
  indexes?: readonly string[];
};

export type LinkName =
  | TableName
  | WorkQueue
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
  | "CodeKey"
  | "PrivacyKey"
  | "TicketKey"
  | "TicketPublicKey"
  | "WebhookKey"
  | "OriginKey";

export type Grant = {
  tables: readonly Access[];
  /** The queues to which it sends messages. */
  sends?: readonly WorkQueue[];
  /** Sends mail from the stage's own identity. */
  mails?: true;
  /** The links that it has in addition to its tables. */
  links: readonly LinkName[];
};

/** Links of HTTP services with signed-in users: they check that CloudFront sent the request, and the access token. */
const edge = ["OriginKey", "AccessKey"] as const;

/** An event with its plan. The draw's seed has the key `SEED#`, so it cannot be read with this. */
const event: Access = { table: "Catalog", actions: ["GetItem", "Query", "BatchGetItem"], keys: ["EVENT#*"] };

const seats: Access = {
  table: "Seats",
  actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
};
const orders: Access = {
  table: "Orders",
  actions: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
};
/** Money: the wallet's balance, its ledger and its charges. A service that may write these may not write identities, and the reverse. */
const wallet: Access = { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem"], keys: ["USER#*"] };

/** Declined cards. Services that call a gateway count them, and services that accept a payment read the count. */
const declines: Access = { table: "Accounts", actions: ["BatchGetItem", "UpdateItem"], keys: ["DECLINES#*"] };

/** An account's profile, without its sessions. */
const profile: Access = {
  table: "Accounts",
  actions: ["GetItem"],
  keys: ["ACCOUNT#*"],
  attributes: ["userId", "email", "name", "locale", "emailVerified", "erasing"],
};

/** Whether a session is still open, for routes that check it. */
const session: Access = {
  table: "Accounts",
  actions: ["GetItem"],
  keys: ["ACCOUNT#*"],
  attributes: ["until", "revoked", "unproven"],
};

/** The user id of an e-mail address, without the password's hash in the same item. */
const owner: Access = { table: "Accounts", actions: ["GetItem"], keys: ["EMAIL#*"], attributes: ["userId", "movedTo"] };

/** The partitions that an erasure deletes, and a query of every partition that has items about a user (core/privacy/stored.ts). */
const personal = ["ACCOUNT#*", "EMAIL#*", "PASSKEY#*", "MEMBER#*", "CODE#*", "CODES#*"];
const stored: Access = {
  table: "Accounts",
  actions: ["Query"],
  keys: [...personal, "FAILURES#*", "DECLINES#*", "USER#*", "RETAINED#*"],
};

/** Counts the e-mails that an address got today, and those sent in this second. */
const mails: Access = { table: "Accounts", actions: ["UpdateItem"], keys: ["MAILS#*"] };

/** What an e-mail about an order needs: the order with its mark, its event, and its owner's address. */
const mailed: readonly Access[] = [
  event,
  { table: "Orders", actions: ["GetItem", "UpdateItem"], keys: ["USER#*"] },
  profile,
  mails,
];

/** Counts how often an order's e-mail was asked for, and how often its address was changed. */
const asked: Access = { table: "Accounts", actions: ["UpdateItem"], keys: ["ASKED#*"] };

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
      // counting availability writes the event's `soldOut` mark
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
      asked,
      session,
    ],
    sends: ["SettleQueue", "MailQueue"],
    links: [...edge, "AdmissionKey", "TicketKey", "WebhookKey", ...webhookLinks, "Settings"],
  },
  accounts: {
    tables: [
      {
        table: "Accounts",
        actions: ["GetItem", "BatchGetItem"],
        keys: ["ACCOUNT#*", "EMAIL#*", "FAILURES#*"],
      },
      { table: "Accounts", actions: ["PutItem", "UpdateItem", "ConditionCheckItem"], keys: ["ACCOUNT#*", "EMAIL#*"] },
      // sessions are listed and ended
      { table: "Accounts", actions: ["Query", "DeleteItem"], keys: ["ACCOUNT#*"] },
      // a change of address is undone
      { table: "Accounts", actions: ["DeleteItem"], keys: ["EMAIL#*"] },
      { table: "Accounts", actions: ["PutItem"], keys: ["CHANGE#*"] },
      {
        table: "Accounts",
        actions: ["BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"],
        keys: ["PASSKEY#*"],
      },
      // a challenge is used up
      { table: "Accounts", actions: ["UpdateItem"], keys: ["CHALLENGE#*"] },
      // a guess takes a try, and a right one deletes the code
      { table: "Accounts", actions: ["UpdateItem", "DeleteItem"], keys: ["CODE#*"] },
      { table: "Accounts", actions: ["UpdateItem", "DeleteItem"], keys: ["FAILURES#*"] },
      // memberships are read here, and no function writes them
      { table: "Accounts", actions: ["Query"], keys: ["MEMBER#*"] },
    ],
    sends: ["MailQueue"],
    links: [...edge, "RefreshKey", "ChallengeKey", "CodeKey", "Settings"],
  },
  privacy: {
    tables: [
      // events to come, in whose lines a user may have a place
      { ...event, keys: ["EVENT#*", "LIST#*"] },
      stored,
      { table: "Accounts", actions: ["GetItem"], keys: ["ACCOUNT#*", "ORGANISATION#*"] },
      // it marks the account and ends its sessions; the worker erases
      { table: "Accounts", actions: ["UpdateItem", "DeleteItem"], keys: ["ACCOUNT#*"] },
      { table: "Orders", actions: ["Query"], keys: ["USER#*"] },
    ],
    sends: ["MailQueue"],
    links: [...edge, "Redis"],
  },
  wallet: {
    tables: [{ ...wallet, actions: [...wallet.actions, "Query"] }, declines, session],
    // the worker finishes charges by card that are left open
    sends: ["SettleQueue"],
    links: [...edge, "Settings", "Gateway", ...providerLinks],
  },
  admin: {
    tables: [
      {
        table: "Catalog",
        actions: ["GetItem", "Query", "BatchGetItem", "PutItem", "UpdateItem"],
        keys: ["EVENT#*"],
      },
      { table: "Catalog", actions: ["Query", "BatchWriteItem"], keys: ["LIST#*"] },
      { table: "Catalog", actions: ["PutItem"], keys: ["SEED#*"] },
      // a draft is deleted
      { table: "Catalog", actions: ["BatchWriteItem", "DeleteItem"], keys: ["EVENT#*", "SEED#*"] },
      // the audit log is added to and read, and never changed
      { table: "Catalog", actions: ["GetItem", "PutItem", "Query"], keys: ["LOG#*"] },
      seats,
      { ...orders, indexes: ["byEnded", "byRef", "byOpen"] },
      wallet,
      { ...profile, actions: ["GetItem", "BatchGetItem"] },
      owner,
      asked,
      session,
      { table: "Accounts", actions: ["Query"], keys: ["MEMBER#*"] },
      // a device at the entrance signed the request
      { table: "Accounts", actions: ["GetItem"], keys: ["DEVICES#*"] },
    ],
    // an event is cancelled, or its facts change; an order's e-mail is asked for again
    sends: ["FanoutQueue", "MailQueue"],
    links: [...edge, "Redis", "TicketPublicKey", "Settings"],
  },
  // it gives roles: it moves no money, and writes no identities
  members: {
    tables: [
      { table: "Accounts", actions: ["Query", "PutItem", "DeleteItem"], keys: ["MEMBER#*"] },
      { table: "Accounts", actions: ["GetItem", "PutItem"], keys: ["ORGANISATION#*"] },
      {
        table: "Accounts",
        actions: ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
        keys: ["DEVICES#*"],
      },
      // whose event a device is for
      { ...event, actions: ["GetItem"] },
      { ...profile, actions: ["GetItem", "BatchGetItem"] },
      session,
      { table: "Catalog", actions: ["PutItem", "Query"], keys: ["LOG#*"] },
    ],
    sends: ["MailQueue"],
    links: edge,
  },
  settle: {
    tables: [event, seats, orders, wallet, declines],
    // requests that a gateway did not answer, and open charges of a wallet, are sent to the queue again
    sends: ["SettleQueue"],
    links: ["Gateway", ...providerLinks, "Settings"],
  },
  notify: {
    tables: [
      owner,
      { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem", "DeleteItem"], keys: ["CODE#*", "CODES#*"] },
      // whether a change was written, and its notice mailed
      { table: "Accounts", actions: ["GetItem", "UpdateItem"], keys: ["CHANGE#*"] },
      ...mailed,
      // erasing an account
      { table: "Catalog", actions: ["Query"], keys: ["LIST#*"] },
      stored,
      { table: "Accounts", actions: ["GetItem"], keys: ["ACCOUNT#*"] },
      // an erased account leaves its organisations; an invitation is mailed
      { table: "Accounts", actions: ["GetItem", "PutItem", "UpdateItem"], keys: ["ORGANISATION#*"] },
      { table: "Catalog", actions: ["PutItem"], keys: ["LOG#*"] },
      { table: "Accounts", actions: ["UpdateItem"], keys: ["ACCOUNT#*", "EMAIL#*"] },
      { table: "Accounts", actions: ["DeleteItem"], keys: personal },
      { table: "Accounts", actions: ["PutItem"], keys: ["RETAINED#*"] },
      { table: "Orders", actions: ["Query"], keys: ["USER#*"] },
    ],
    sends: ["MailQueue", "SettleQueue"],
    mails: true,
    links: ["Settings", "CodeKey", "PrivacyKey", "TicketKey", "Redis"],
  },
  fanout: {
    tables: [
      event,
      // which pass has begun
      { table: "Catalog", actions: ["UpdateItem"], keys: ["EVENT#*"] },
      { table: "Catalog", actions: ["GetItem", "Query"], keys: ["LOG#*"] },
      seats,
      orders,
      wallet,
      profile,
      mails,
    ],
    sends: ["FanoutQueue"],
    mails: true,
    links: ["Settings"],
  },
  leave: { tables: [event], sends: ["SettleQueue"], links: ["Redis"] },
  mail: {
    tables: mailed,
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
