/** Checks of an account apart from a sale's needs. It only reads. */

import { ofAws } from "./aws.ts";
import type { Asked, Check, Checks } from "./check.ts";
import { ofOthers } from "./others.ts";

/** A check that cannot be made is unknown, and stops no other check. */
const make = async (checks: Checks, asked: Asked): Promise<Check[]> => {
  const made = Object.entries(checks).map(async ([about, check]): Promise<Check[]> => {
    try {
      return await check(asked);
    } catch (error) {
      const { name, message } = error as Error;
      return [{ about, state: "unknown", says: `could not be asked: ${name}: ${message}` }];
    }
  });
  return (await Promise.all(made)).flat();
};

/** All checks. If AWS could not be asked at all, its checks become one. */
export const preflight = async (asked: Asked): Promise<Check[]> => {
  const [aws, others] = await Promise.all([make(ofAws, asked), make(ofOthers, asked)]);
  // a sender that the deployment makes is good without a question
  const answered = aws.some(({ about, state }) => about !== "Sender" && state !== "unknown");
  const says = aws.find(({ state }) => state === "unknown")?.says ?? "";
  return answered ? [...aws, ...others] : [{ about: "AWS", state: "unknown", says }, ...others];
};
