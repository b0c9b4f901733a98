/** What a scalper tries beside queueing up: each trick tells how often it was tried, and what came of it. */
import { randomUUID } from "node:crypto";
import { type Account, add, type Client, type Tally } from "./client.ts";

export type Trick = { name: string; tried: number; got: number; answers: Tally };
export type Place = { account: Account; place: string };

export const tricks = ({ call }: Client, eventId: string) => {
  const places = `/v1/events/${eventId}/queue/places`;
  const admissions = `/v1/events/${eventId}/queue/admissions`;

  /** `got` counts what was answered as wanted. */
  const trick = async (name: string, tries: (() => ReturnType<Client["call"]>)[]): Promise<Trick> => {
    const answers: Tally = {};
    let got = 0;
    await Promise.all(
      tries.map(async (attempt) => {
        const answer = await attempt();
        if (answer.status < 300) got++;
        add(answers, answer);
      }),
    );
    return { name, tried: tries.length, got, answers };
  };

  const join = (token: string, body: object) => call("POST", places, { token, body });
  const claim = ({ token }: Account, place: string) => call("POST", admissions, { token, body: { place } });
  const hold = ({ token }: Account, admission?: string, quantity = 1) =>
    call("POST", "/v1/orders", {
      token,
      body: { eventId, pick: { quantity } },
      headers: admission ? { admission } : {},
    });

  /** The same place with a better number, as its owner can write it but not sign it. */
  const forged = (place: string): string => {
    const [head = "", payload = "", mark = ""] = place.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const better = { ...claims, ...("num" in claims ? { num: 0 } : { idx: 0 }) };
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
    /** `got` is how many different places came out of it, beyond the first. */
    again: async ({ account: { token } }: Place, times: number): Promise<Trick> => {
      const seen = new Set<string>();
      const done = await trick(
        "joining over and over for another place",
        Array.from({ length: times }, () => async () => {
          const answer = await call("POST", places, { token, body: {} });
          if (answer.status >= 300) return answer;
          const claims = JSON.parse(Buffer.from(answer.body.place.split(".")[1], "base64url").toString());
          seen.add(String(claims.idx ?? claims.num));
          return answer;
        }),
      );
      return { ...done, got: Math.max(0, seen.size - 1) };
    },
    idle: (all: Account[]) =>
      trick(
        "places that cost work, without any",
        all.map(
          ({ token }) =>
            () =>
              join(token, {}),
        ),
      ),
    /** `got` is more than nothing once in `2 ** difficulty` tries. */
    guessed: (all: Account[]) =>
      trick(
        "places that cost work, with a guess",
        all.map(({ token }) => async () => {
          const { body } = await join(token, {});
          return join(token, { challenge: `${body.challenge?.token}.${randomUUID()}` });
        }),
      ),
    lent: (all: Account[], answer: string) =>
      trick(
        "places with the work of another account",
        all.map(
          ({ token }) =>
            () =>
              join(token, { challenge: answer }),
        ),
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
    /** Lets its open order go and holds again, over and over: three orders in ten minutes are an account's due. */
    wavering: async (account: Account, admission: string, times: number): Promise<Trick> => {
      const answers: Tally = {};
      let { body } = await hold(account, admission);
      let tried = 0;
      while (body.orderId !== undefined && tried < times) {
        await call("DELETE", `/v1/orders/${body.orderId}`, { token: account.token });
        const answer = await hold(account, admission);
        add(answers, answer);
        body = answer.body;
        tried++;
      }
      const again = answers["201"] ?? 0;
      return { name: "holds let go and taken again, for ever", tried, got: Math.max(0, again - 2), answers };
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
