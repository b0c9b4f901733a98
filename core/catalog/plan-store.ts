/** A plan as the table stores it: gzip-compressed, in numbered chunks that fit into an item. It never changes. */
import { gunzipSync, gzipSync } from "node:zlib";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { send, table } from "#core/lib/dynamo.ts";
import { getAll } from "#core/lib/dynamo-batch.ts";
import { invalid } from "#core/lib/errors.ts";
import { planItem, planKey } from "./catalog.table.ts";
import type { Plan } from "./plan-schema.ts";

/** bytes. An item may have 400 KB with its names. */
const chunkBytes = 350 * 1024;
/** bytes. In base64 this fits into the 6 MB that a Lambda function may answer. */
const maxCompressedBytes = 4_500_000;

/** The plan's gzip bytes. 422 if it is too large to store and serve. */
export const compress = (plan: Plan): Buffer => {
  const bytes = gzipSync(JSON.stringify(plan), { level: 9 });
  if (bytes.length <= maxCompressedBytes) return bytes;
  throw invalid({ path: "plan", message: `has ${bytes.length} bytes compressed; at most ${maxCompressedBytes} fit` });
};

/** Writes the chunks and returns their number. They are written before the event, so they are not visible until the event is. */
export const write = async (eventId: string, bytes: Buffer): Promise<number> => {
  const chunks = Math.ceil(bytes.length / chunkBytes);
  const items = Array.from({ length: chunks }, (_, n) =>
    planItem(eventId, n, bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes)),
  );
  await Promise.all(items.map((Item) => send(new PutCommand({ TableName: table("Catalog"), Item }))));
  return chunks;
};

/** The plan's gzip bytes. */
export const read = async (eventId: string, chunks: number): Promise<Buffer> => {
  const keys = Array.from({ length: chunks }, (_, n) => planKey(eventId, n));
  const found = new Map((await getAll("Catalog", keys, { consistent: true })).map((item) => [item.sk, item.bytes]));
  if (found.size < chunks) throw new Error(`Event ${eventId} has ${found.size} of its plan's ${chunks} chunks`);
  return Buffer.concat(keys.map(({ sk }) => found.get(sk)));
};

export const parse = (bytes: Buffer): Plan => JSON.parse(gunzipSync(bytes).toString());
