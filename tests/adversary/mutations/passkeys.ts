/** Breakages of passkeys: their challenges, counters, owners, and their removal. */
import type { Mutation } from "./mutation.ts";

const tests = "tests/integration/account/passkey.test.ts";
const races = "tests/integration/account/races.test.ts";
const challenge = "core/account/passkey-challenge.ts";
const webauthn = "core/account/webauthn.ts";
const signIn = "core/account/passkey-sign-in.ts";
const add = "core/account/passkey.ts";
const list = "core/account/passkeys.ts";

export const passkeys: Mutation[] = [
  {
    promise: "no session is opened after an erasure has begun",
    file: signIn,
    text: " Sessions.ifNotErasing(profile.userId),",
    becomes: "",
    tests: races,
    name: "during a sign-in by passkey",
  },
  {
    promise: "an ended session removes no passkey",
    file: list,
    text: "    ifOpen(user, now), // a session",
    becomes: "    // a session",
    tests: races,
    name: "while it removes a passkey",
  },
  {
    promise: "a withdrawn code opens no session",
    file: "core/account/code.ts",
    text: 'ConditionExpression: "attribute_exists(pk)",',
    becomes: "",
    tests: races,
    name: "that its owner withdraws",
  },
  {
    promise: "a challenge of a passkey is used once",
    file: challenge,
    text: 'ConditionExpression: "attribute_not_exists(pk) OR usedBy = :use",',
    becomes: "",
    tests,
    name: "is used once",
  },
  {
    promise: "a challenge of a passkey is for one purpose",
    file: challenge,
    text: "claims?.act !== purpose",
    becomes: "!claims",
    tests,
    name: "is ours: a made-up one",
  },
  {
    promise: "a passkey is signed with at our own origin",
    file: webauthn,
    text: "      expectedOrigin: origin,\n      expectedRPID: rpId,\n      // without",
    becomes:
      '      expectedOrigin: [origin, "http://localhost:4000", "https://evil.test"],\n      expectedRPID: rpId,\n      // without',
    tests,
    name: "of another origin or for another host",
  },
  {
    promise: "a passkey is signed with for our own host",
    file: webauthn,
    text: "expectedRPID: rpId,\n      // without",
    becomes: 'expectedRPID: [rpId, "evil.test"],\n      // without',
    tests,
    name: "for another host, signed at our origin",
  },
  {
    promise: "a passkey's device verifies its user",
    file: webauthn,
    text: "// without the stored counter",
    becomes: "requireUserVerification: false, // without the stored counter",
    tests,
    name: "without user verification",
  },
  {
    promise: "an attestation with certificates is not read",
    file: webauthn,
    text: '    if (attestation.get("fmt") !== "none" && !isSelf) return undefined;\n',
    becomes: "    if (isSelf) return undefined;\n",
    tests,
    name: "of an attestation with certificates",
  },
  {
    promise: "a passkey opens its own account alone",
    file: signIn,
    text: "if (!profile || item?.userId !== userId) return {};",
    becomes: "if (!profile || !item) return {};",
    tests,
    name: "with the handle of another user",
  },
  {
    promise: "a passkey's counter does not go back",
    file: signIn,
    text: 'counter === 0 ? "=" : "<"',
    becomes: '"<>"',
    tests,
    name: "with a counter that went back",
  },
  {
    promise: "a credential is registered once",
    file: "core/lib/dynamo.ts",
    text: 'Put: { TableName: table(name), Item, ConditionExpression: "attribute_not_exists(pk)" },',
    becomes: "Put: { TableName: table(name), Item },",
    tests,
    name: "a credential belongs to one account",
  },
  {
    promise: "a new passkey belongs to the account whose challenge it signed",
    file: add,
    text: "if (passkey?.userId !== user.userId) throw PasskeyRefused();",
    becomes: "if (!passkey) throw PasskeyRefused();",
    tests,
    name: "for a new passkey is its account's",
  },
  {
    promise: "an account has at most 20 passkeys",
    file: add,
    text: '"(attribute_not_exists(#count) OR #count < :most) AND',
    becomes: '"(attribute_not_exists(#count) OR #count <= :most) AND',
    tests,
    name: "are at most 20",
  },
  {
    promise: "a session that has ended adds no passkey",
    file: "core/account/session.ts",
    text: '"#until > :now AND attribute_not_exists(revoked) AND attribute_not_exists(unproven)"',
    becomes: '"#until > :now AND attribute_not_exists(revoked)"',
    tests,
    name: "a session that ends or becomes unproven",
  },
  {
    promise: "no passkey is added while all are removed",
    file: add,
    text: " AND (attribute_not_exists(removingUntil) OR removingUntil <= :now)",
    becomes: " AND :now > :one",
    tests,
    name: "none is added while they are removed",
  },
  {
    promise: "of the last two passkeys one stays",
    file: list,
    text: '...(!other && { ConditionExpression: "#count > :one" }),',
    becomes: '...(!other && { ConditionExpression: "#count >= :one" }),',
    tests,
    name: "the last one stays",
  },
];
