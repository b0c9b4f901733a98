/**
 * What a shared secret becomes at each step of a rotation. Two versions are alive while a release shifts, and CloudFront changes at once,
 * so a key is accepted everywhere before it signs anywhere, and for as long as something that it signed is valid.
 */
import { generateKeyPairSync } from "node:crypto";
import { Mistake } from "./command.ts";

export const secrets = [
  "AccessKey",
  "RefreshKey",
  "PlaceKey",
  "AdmissionKey",
  "ChallengeKey",
  "CodeKey",
  "WebhookKey",
  "OriginKey",
  "TicketKey",
] as const;
export type Secret = (typeof secrets)[number];

export const steps = ["accept", "sign", "drop"] as const;
export type Step = (typeof steps)[number];

type Jwk = { kty: string; crv: string; x: string; d?: string };

/** `fresh` is the new key. */
export type Rotation = { value: string; step: Step; fresh: string };

const refuse = (why: string): never => {
  throw new Mistake(why);
};

/** The state of a secret, by its next step. */
const isAt: Record<Step, string> = {
  accept: "It has only one key: begin with --step accept.",
  sign: "A new key is accepted and does not sign yet: go on with --step sign.",
  drop: "The new key signs already: go on with --step drop.",
};

/** Every key that a rotation made has a number, one more than the key before it; others count as 0. So the order of two keys shows the step. */
const numberOf = (key: string): number => Number(/^r(\d{1,9})-/.exec(key)?.[1] ?? 0);

const dueOf = ([first = "", second, ...more]: string[]): Step => {
  if (second === undefined) return "accept";
  const newer = numberOf(second) - numberOf(first);
  if (more.length > 0 || newer === 0)
    return refuse("This command did not make its keys and cannot see which is newer: set the next value by hand.");
  return newer > 0 ? "sign" : "drop";
};

const ofShared = ({ value, step, fresh }: Rotation): string => {
  const keys = value.split(",");
  const [first = "", second] = keys;
  const due = dueOf(keys);
  if (step !== due) return refuse(isAt[due]);
  if (step === "accept") return `${first},r${numberOf(first) + 1}-${fresh}`;
  return step === "sign" ? `${second},${first}` : first;
};

const open = ({ kty, crv, x }: Jwk): Jwk => ({ kty, crv, x });

/** The key that will sign next is at the end. Of keys that no longer sign only the public halves are kept. */
const ofTickets = ({ value, step, fresh }: Rotation): string => {
  const [first, ...others] = [JSON.parse(value)].flat() as [Jwk, ...Jwk[]];
  const next = others.find(({ d }) => d !== undefined);
  const old = others.filter(({ d }) => d === undefined);
  // old keys stay for months, so another rotation may begin before they are dropped
  if (step === "accept" && !next) return JSON.stringify([first, ...old, JSON.parse(fresh)]);
  if (step === "sign" && next) return JSON.stringify([next, open(first), ...old]);
  if (step === "drop" && !next && old.length > 0) return JSON.stringify([first, ...old.slice(0, -1)]);
  if (next) return refuse(isAt.sign);
  return refuse(old.length > 0 ? isAt.drop : isAt.accept);
};

/** The secret's value after this step. Throws a sentence if the step does not fit the present value. */
export const rotated = (secret: Secret, rotation: Rotation): string =>
  secret === "TicketKey" ? ofTickets(rotation) : ofShared(rotation);

export const freshTicketKey = (): string =>
  JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));
