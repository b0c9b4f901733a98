/** A scalper's tricks: each reports how often it was tried, and its result. */
import { randomUUID } from "node:crypto";
import * as Buyer from "#client/buyer.ts";
import type { ApiProblem } from "#client/problem.ts";
import type { Order } from "#client/shapes.ts";
import { claims } from "#client/tokens.ts";
import { type Account, add, outcome, type Tally } from "./client.ts";

export type Trick = { name: string; tried: number; got: number; answers: Tally };
export type Place = { account: Account; place: string };

export const tricks = (eventId: string) => {
  /** `got` counts the tries that succeeded. */
  const trick = async (name: string, tries: (() => Promise<unknown>)[]): Promise<Trick> => {
    const answers: Tally = {};
    await Promise.all(tries.map(async (attempt) => add(answers, await outcome(attempt()))));
    return { name, tried: tries.length, got: answers.ok ?? 0, answers };
  };

  const join = ({ api }: Account, challenge?: string) =>
    api.call("POST /v1/events/{eventId}/queue/places", { params: { eventId }, body: { challenge } });
  const claim = ({ api }: Account, place: string) => Buyer.claim(api, eventId, place);
  const hold = ({ api }: Account, admission?: string, quantity = 1) =>
    Buyer.hold(api, { eventId, pick: { quantity } }, admission);

  /** The same place with a better number, which its owner can write but not sign. */
  const forged = (place: string): string => {
    const [head = "", , mark = ""] = place.split(".");
    const own = claims<object>(place) ?? {};
    const better = { ...own, ...("num" in own ? { num: 0 } : { idx: 0 }) };
    return `${head}.${Buffer.from(JSON.stringify(better)).toString("base64url")}.${mark}`;
  };

  return {
    early: (all: Place[]) =>
      trick(
        "claims before the opening",
        all.map(
          ({ account, place }) =>
            () =>
              claim(account, place),
        ),
      ),
    forged: (all: Place[]) =>
      trick(
        "places with a better number, forged",
        all.map(
          ({ account, place }) =>
            () =>
              claim(account, forged(place)),
        ),
      ),
    shared: (all: Place[], thieves: Account[]) =>
      trick(
        "places of another account",
        all.map(
          ({ place }, n) =>
            () =>
              claim(thieves[n % thieves.length] as Account, place),
        ),
      ),
    /** `got` is the number of different places beyond the first. */
    again: async ({ account }: Place, times: number): Promise<Trick> => {
      const seen = new Set<string>();
      const done = await trick(
        "joining over and over for another place",
        Array.from({ length: times }, () => async () => {
          const { idx, num } = claims<{ idx?: number; num?: number }>((await join(account)).place) ?? {};
          seen.add(String(idx ?? num));
        }),
      );
      return { ...done, got: Math.max(0, seen.size - 1) };
    },
    idle: (all: Account[]) =>
      trick(
        "places that cost work, without any",
        all.map((account) => () => join(account)),
      ),
    /** `got` is above zero once in `2 ** difficulty` tries. */
    guessed: (all: Account[]) =>
      trick(
        "places that cost work, with a guess",
        all.map(
          ({ api }) =>
            () =>
              Buyer.join(api, eventId, { solve: async ({ token }) => `${token}.${randomUUID()}` }),
        ),
      ),
    lent: (all: Account[], answer: string) =>
      trick(
        "places with the work of another account",
        all.map((account) => () => join(account, answer)),
      ),
    uninvited: (all: Account[]) =>
      trick(
        "holds without an admission",
        all.map((account) => () => hold(account)),
      ),
    borrowed: (all: Account[], admission: string) =>
      trick(
        "holds with another account's admission",
        all.map((account) => () => hold(account, admission)),
      ),
    greedy: (account: Account, admission: string, limit: number) =>
      trick("seats beyond what a user may have", [() => hold(account, admission, limit + 1)]),
    /** Releases its open order and holds again, repeatedly: an account may do this three times in ten minutes. */
    wavering: async (account: Account, admission: string, times: number): Promise<Trick> => {
      const answers: Tally = {};
      // a refusal names the order that is open
      const openOrder = (holding: Promise<Order>): Promise<string | undefined> =>
        holding.then(
          ({ orderId }) => orderId,
          ({ document }: ApiProblem) => document.orderId as string | undefined,
        );
      let orderId = await openOrder(hold(account, admission));
      let tried = 0;
      while (orderId !== undefined && tried < times) {
        await Buyer.cancel(account.api, orderId);
        const holding = hold(account, admission);
        add(answers, await outcome(holding));
        orderId = await openOrder(holding);
        tried++;
      }
      const again = answers.ok ?? 0;
      return { name: "holds released and taken again, for ever", tried, got: Math.max(0, again - 2), answers };
    },
    /** A second order while the first is open. */
    parallel: async (account: Account, admission: string, times: number): Promise<Trick> => {
      const done = await trick(
        "holds at once by one account, beyond the first",
        Array.from({ length: times }, () => () => hold(account, admission)),
      );
      return { ...done, got: Math.max(0, done.got - 1) };
    },
  };
};
