/** What a request wrote. */
import { createHash } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { db, type Table, table } from "#core/lib/dynamo.ts";
import type { Reply, User } from "#tests/support/harness.ts";

/** An answer as a short text. */
export const answerOf = ({ status, body }: Reply): string => (status < 400 ? String(status) : `${status} ${body.code}`);

/** A digest of everything in the tables. */
const everything = async (): Promise<string> => {
  const names: Table[] = ["Catalog", "Seats", "Orders", "Accounts"];
  const pages = names.map((name) => db().send(new ScanCommand({ TableName: table(name), ConsistentRead: true })));
  const lines = (await Promise.all(pages)).flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item)));
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
};

export const writingNothing = async (work: () => Promise<unknown>) => {
  const before = await everything();
  await work();
  expect(await everything()).toBe(before);
};

/** A user's items in the tables, except the queue's. */
export const possessions = async (owner: User): Promise<string[]> => {
  const found = await Promise.all(
    (["Orders", "Accounts", "Seats"] as const).map((name) =>
      db().send(new ScanCommand({ TableName: table(name), ConsistentRead: true })),
    ),
  );
  const items = found.flatMap(({ Items = [] }) => Items.map((item) => JSON.stringify(item)));
  return items.filter((item) => item.includes(owner.userId)).sort();
};
