/**
 * An account's address: changed with a code to the new one, and put back within seven days by a link to the old one. Until then the old
 * address is nobody's: no sign-in by it, no code to it, and no sign-up with it.
 */
import { contend, failed, getOne, type Item, type TransactItem, table, transact } from "#core/lib/dynamo.ts";
import { Unauthorized, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { count } from "#core/lib/metrics.ts";
import * as Table from "./account.table.ts";
import * as Code from "./code.ts";
import { ifNotRemoving } from "./forget.ts";
import * as Notice from "./notice.ts";
import {
  CodeInvalid,
  type CodeSent,
  EmailReserved,
  EmailTaken,
  EmailTooMany,
  type NewEmail,
  type Principal,
  SessionEnded,
} from "./schema.ts";
import * as Sessions from "./session.ts";
import * as Throttle from "./throttle.ts";

/** Changes in seven days. The way back is one transaction over all of them, so there must not be many. */
const maxMoves = 3;

/** Makes an address an account's. Of two that want it at once, by a sign-up or a change, the condition lets one through. */
export const claim = (email: string, login: Table.Login, now: number): TransactItem => ({
  Put: { TableName: table("Accounts"), Item: Table.loginItem(email, login), ...Table.ifFree(now) },
});

/** Whether nobody else can have the address: it is an account's, or was one's less than seven days ago. */
export const isTaken = async (email: string, now: number): Promise<boolean> =>
  Table.isTaken(await read(Table.emailKey(email)), now);

type Asked = NewEmail & { user: Principal; viewer: string; now: number };

/** Has a code mailed to the new address. 409 `account.email_taken`, `account.email_reserved`; 429 `account.email_too_many`, `code.too_many`. */
export const requestEmail = async ({ user: { userId }, email, viewer, now }: Asked): Promise<CodeSent> => {
  await Code.reserve(Throttle.codes(viewer), now); // first, so that each address that somebody tries out counts
  const [profile, target] = await Promise.all([read(Table.profileKey(userId)), read(Table.emailKey(email))]);
  if (!profile) throw Unauthorized();
  refuseTarget(target, userId, now); // it reveals no more than a sign-up does
  movesOf(profile, now);
  return Code.post({ email, purpose: "email", userId }, now);
};

/**
 * Changes the address, with a right code. The password stays. 401 `code.invalid`, `session.ended`; 409 `account.email_taken`,
 * `account.email_reserved`; 429 `account.email_too_many`.
 */
export const moveTo = async (code: Table.Code, user: Principal, now: number): Promise<void> => {
  const { userId, email } = code;
  const [profile, target] = await Promise.all([read(Table.profileKey(userId)), read(Table.emailKey(email))]);
  if (!profile) throw CodeInvalid();
  refuseTarget(target, userId, now);
  const moves = movesOf(profile, now);
  const from: string = profile.email;
  const login = Table.toLogin(await read(Table.emailKey(from)));
  if (login?.userId !== userId) throw changedMeanwhile();
  const noticed = await Notice.announce({ of: "email-changed", userId, email: from }, now);
  const refusals = await transact([
    Code.spent(code),
    claim(email, login, now),
    Sessions.ifOpen(user, now),
    leave(from, email, login, now),
    renamed({ userId, from, to: email, moves: [...moves, now], former: formerOf(profile), session: user.sessionId }),
    noticed,
    ifNotRemoving(userId, now),
  ]);
  if (refusals && failed(refusals, 0)) throw CodeInvalid();
  if (refusals && failed(refusals, 1)) throw EmailTaken();
  if (refusals && (failed(refusals, 2) || failed(refusals, 6))) throw SessionEnded();
  if (refusals) throw changedMeanwhile();
};

/**
 * Gives an account the address back that it left within seven days, and takes the later ones from it. Without a password, because somebody
 * else may have set it. True if the account has the address now; false if the address is not its any more.
 */
export const putBack = (userId: string, email: string, now: number): Promise<boolean> =>
  contend(async () => {
    const profile = await read(Table.profileKey(userId));
    const [first, ...later] = await addressesSince(userId, email);
    const left = Table.toLeft(first);
    if (!profile || profile.erasing || !first || (left && left.until <= now)) return false;
    if (!left) return true;
    const onTheWay = new Set([first, ...later].map(({ pk }) => pk));
    // All addresses must still be as they were read: a change or a way back at the same time has it read again.
    const refusals = await transact([
      { Put: { TableName: table("Accounts"), Item: Table.loginItem(email, { userId }), ...ifStill(first) } },
      ...later.map((item) => ({
        Delete: { TableName: table("Accounts"), Key: { pk: item.pk, sk: item.sk }, ...ifStill(item) },
      })),
      {
        Update: {
          TableName: table("Accounts"),
          Key: Table.profileKey(userId),
          // sessions of before may not change it again, until they are ended
          UpdateExpression: "SET email = :email, moves = :moves, formerEmails = :former, undoneAt = :now",
          ConditionExpression: "email = :last AND attribute_not_exists(erasing)",
          ExpressionAttributeValues: {
            ":email": email,
            ":last": profile.email,
            ":moves": Table.toMoves(profile, now).filter((at) => at < left.until - Table.undoMs),
            ":former": (profile.formerEmails ?? []).filter((one: string) => !onTheWay.has(`EMAIL#${one}`)),
            ":now": now,
          },
        },
      },
    ]);
    return refusals ? undefined : true;
  }, Unavailable);

const read = (key: Table.Key): Promise<Item | undefined> => getOne("Accounts", key);

const changedMeanwhile = () => Unavailable("The account was changed at the same time. Try again.");

const refuseTarget = (item: Item | undefined, userId: string, now: number): void => {
  if (!Table.isTaken(item, now)) return;
  throw Table.toLeft(item)?.userId === userId ? EmailReserved() : EmailTaken();
};

/** The changes of the last seven days. 429 `account.email_too_many` if there may be no more. */
const movesOf = (profile: Item, now: number): number[] => {
  const moves = Table.toMoves(profile, now);
  if (moves.length < maxMoves) return moves;
  count("Throttled");
  const seconds = Math.ceil((Math.min(...moves) + Table.undoMs - now) / 1000);
  throw EmailTooMany(undefined, { headers: { "retry-after": String(Math.max(1, seconds)) } });
};

/** Of two changes at once the condition lets one through. A password that was changed meanwhile is not lost either. */
const leave = (from: string, to: string, { userId, password }: Table.Login, now: number): TransactItem => ({
  Put: {
    TableName: table("Accounts"),
    Item: Table.leftItem(from, { userId, movedTo: to, until: now + Table.undoMs }),
    ConditionExpression: `userId = :userId AND attribute_not_exists(movedTo) AND ${password === undefined ? "attribute_not_exists(password)" : "password = :hash"}`,
    ExpressionAttributeValues: { ":userId": userId, ...(password !== undefined && { ":hash": password }) },
  },
});

type Renaming = { userId: string; from: string; to: string; moves: number[]; former: string[]; session: string };

/**
 * The addresses before the present one, whose items may still be there: an erasure finds them by these. DynamoDB deletes an item days after its
 * end, so twice as many are named as an account can leave in seven days.
 */
const formerOf = ({ email, formerEmails = [] }: Item): string[] =>
  [...formerEmails, email.toLowerCase()].slice(-2 * maxMoves);

/** The condition also refuses a session that was open when an earlier change was undone. */
const renamed = ({ userId, from, to, moves, former, session }: Renaming): TransactItem => ({
  Update: {
    TableName: table("Accounts"),
    Key: Table.profileKey(userId),
    UpdateExpression: "SET email = :to, emailVerified = :true, moves = :moves, formerEmails = :former",
    ConditionExpression:
      "email = :from AND attribute_not_exists(erasing) AND (attribute_not_exists(undoneAt) OR undoneAt < :signedIn)",
    ExpressionAttributeValues: {
      ...{ ":from": from, ":to": to, ":true": true, ":moves": moves, ":former": former },
      ":signedIn": Ids.madeAt(session),
    },
  },
});

/** The items of an address and of those that the account went on to, as far as they are the account's. */
const addressesSince = async (userId: string, email: string): Promise<Item[]> => {
  const items: Item[] = [];
  for (let next: string | undefined = email; next !== undefined && items.length <= maxMoves; ) {
    const item: Item | undefined = await read(Table.emailKey(next));
    if (item?.userId !== userId) break;
    items.push(item);
    next = Table.toLeft(item)?.movedTo;
  }
  return items;
};

const ifStill = (item: Item) => {
  const left = Table.toLeft(item);
  return {
    ConditionExpression: `userId = :userId AND ${left ? "movedTo = :movedTo" : "attribute_not_exists(movedTo)"}`,
    ExpressionAttributeValues: { ":userId": item.userId, ...(left && { ":movedTo": left.movedTo }) },
  };
};
