/** The audit log's items in the Catalog table. They have a partition key of their own, so that IAM lets functions add entries and read them only. */
import type { Item } from "#core/lib/dynamo.ts";
import type { Action, Changes } from "./schema.ts";

/** `of`: the id of the event or the organisation whose log it is in; `at` in epoch ms. */
export type Entry = {
  logId: string;
  of: string;
  at: number;
  by: string;
  action: Action;
  subject?: string | undefined;
  changes?: Changes | undefined;
};

export const logPartition = (of: string): string => `LOG#${of}`;
export const logKey = ({ of, logId }: Pick<Entry, "of" | "logId">) => ({ pk: logPartition(of), sk: logId });

export const logItem = (entry: Entry): Item => ({ ...logKey(entry), ...entry });
export const toEntry = ({ pk: _pk, sk: _sk, ...entry }: Item): Entry => entry as Entry;
