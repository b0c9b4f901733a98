/**
 * What a shared secret becomes at each step of a rotation. Two versions are alive while a release shifts, and CloudFront changes at once,
 * so a key is accepted everywhere before it signs anywhere, and for as long as something that it signed is good.
 */
import { generateKeyPairSync } from "node:crypto";
import { Mistake } from "./command.ts";

export const secrets = [
  ...["AccessKey", "RefreshKey", "PlaceKey", "AdmissionKey", "ChallengeKey", "WebhookKey", "OriginKey", "TicketKey"],
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

const ofShared = ({ value, step, fresh }: Rotation): string => {
  const [first = "", second, ...more] = value.split(",");
  if (more.length > 0) return refuse("It has more than two keys: set it by hand.");
  if (step === "accept")
    return second ? refuse("It has two keys already: go on with --step sign, or drop.") : `${first},${fresh}`;
  if (!second) return refuse("It has one key alone: begin with --step accept.");
  return step === "sign" ? `${second},${first}` : first;
};

const open = ({ kty, crv, x }: Jwk): Jwk => ({ kty, crv, x });

/** The key that is to sign waits at the end, and keys that sign no more are there without what signs. */
const ofTickets = ({ value, step, fresh }: Rotation): string => {
  const [first, ...others] = [JSON.parse(value)].flat() as [Jwk, ...Jwk[]];
  const next = others.find(({ d }) => d !== undefined);
  const old = others.filter(({ d }) => d === undefined);
  if (step === "accept")
    return next
      ? refuse("A key waits already: go on with --step sign.")
      : JSON.stringify([first, ...old, JSON.parse(fresh)]);
  if (step === "sign")
    return next ? JSON.stringify([next, open(first), ...old]) : refuse("No key waits: begin with --step accept.");
  if (next) return refuse("A key waits to sign: go on with --step sign.");
  return old.length > 0 ? JSON.stringify([first, ...old.slice(0, -1)]) : refuse("It has one key alone.");
};

/** The secret's value after this step. Throws a sentence where the step does not fit what is there. */
export const rotated = (secret: Secret, rotation: Rotation): string =>
  secret === "TicketKey" ? ofTickets(rotation) : ofShared(rotation);

export const freshTicketKey = (): string =>
  JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));
