/**
 * The four tables, as pure data in the shape of `sst.aws.Dynamo`'s arguments. stacks/ makes them on AWS, local/ in DynamoDB Local.
 * `fields` has only the fields that are part of a key.
 */
export type Table = {
  fields: Record<string, "string" | "number">;
  primaryIndex: { hashKey: string; rangeKey: string };
  globalIndexes?: Record<string, { hashKey: string; rangeKey: string; projection?: "all" | "keys-only" | string[] }>;
  ttl?: string;
  stream?: "new-and-old-images";
};

const primaryIndex = { hashKey: "pk", rangeKey: "sk" };

export const tables = {
  /**
   * Events, their plans in chunks, the queue's checkpoint, the draw's seed, and the lists of events by start time (by month, by route, by
   * search term). Lists are items, not indexes: their content never changes, so pausing a sale writes one item.
   */
  Catalog: { fields: { pk: "string", sk: "string" }, primaryIndex },
  /** Taken seats only: a free seat has no item. */
  Seats: { fields: { pk: "string", sk: "string" }, primaryIndex },
  /**
   * Orders by owner, baskets, check-ins. The indexes are sparse, so that a hold and a points settlement write to none of them. `open` is set
   * only while something is owed at the payment gateway, `ended` (the event's id) once an order has given its seats back, and `ref` (the
   * order's own id) with the mail's mark or another address of its mails. `open` and `ended` are spread over shards (shards.table.ts), because a key takes 1,000
   * writes a second.
   */
  Orders: {
    fields: { pk: "string", sk: "string", open: "string", ended: "string", ref: "string", orderId: "string" },
    primaryIndex,
    globalIndexes: {
      byOpen: { hashKey: "open", rangeKey: "orderId", projection: "keys-only" },
      byEnded: { hashKey: "ended", rangeKey: "orderId", projection: "all" },
      byRef: { hashKey: "ref", rangeKey: "sk", projection: "keys-only" },
    },
    stream: "new-and-old-images",
  },
  /** Profiles, sessions, unique e-mails; memberships; failed sign-ins; wallets with their ledgers and charges. Each has its own partition key. */
  Accounts: { fields: { pk: "string", sk: "string" }, primaryIndex, ttl: "expires" },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];
