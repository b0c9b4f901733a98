/**
 * Notices: e-mails about a change of an account, for an owner who did not make it. The message is sent before the change is written, and the
 * change writes the id that the message names. So a crash loses no notice, and no notice is mailed of a change that was not written.
 */
import { getOne, putNew, type TransactItem } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Table from "./account.table.ts";
import type { NoticeKind } from "./letter-words.ts";

/** ms after its message in which a change may still be written: longer than a function runs. */
const unwrittenMs = 120_000;

/** `email`: the account's address before the change. */
export type Notice = { of: NoticeKind; userId: string; email: string };

/** Sends the message of a notice. Answers the write that belongs into the change's transaction: without it nothing is mailed. */
export const announce = async (notice: Notice, now: number): Promise<TransactItem> => {
  const changeId = Ids.make("chg", now);
  const { send } = await import("#core/lib/sqs.ts");
  await send("MailQueue", { kind: "notice", changeId, ...notice });
  return putNew("Accounts", Table.changeItem(changeId));
};

/** `early`: the change is not written yet. `unwritten`: it was refused, or its writer crashed. */
export const stateOf = async (changeId: string, now: number): Promise<"due" | "done" | "early" | "unwritten"> => {
  const change = await getOne("Accounts", Table.changeKey(changeId));
  if (!change) return now < Ids.madeAt(changeId) + unwrittenMs ? "early" : "unwritten";
  return change.mailedAt === undefined ? "due" : "done";
};
