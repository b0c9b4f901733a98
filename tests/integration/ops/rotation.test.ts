/** Rotates shared secrets while two versions of the functions run, each with the keys of its own deployment. */
import { createHmac } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { edgeTable } from "#core/contract/edge-table.ts";
import * as Webhook from "#core/gateway/sandbox-webhook.ts";
import { link } from "#core/lib/config.ts";
import { signTicket, verifyTicket } from "#core/lib/ticket-tokens.ts";
import { type Audience, sign, verify } from "#core/lib/tokens.ts";
import { refusal } from "#functions/edge/edge-function.js";
import { freshTicketKey, rotated, type Secret, type Step, secrets } from "#ops/rotate-key.ts";
import * as Harness from "#tests/support/harness.ts";

/** The environment that a deployment gives its functions. */
type Version = Record<Secret, string>;

let stage: Harness.Stage;
let versions: Version[];

const next = (before: Version, step: Step): Version =>
  Object.fromEntries(
    secrets.map((secret) => {
      const fresh = secret === "TicketKey" ? freshTicketKey() : `${secret}-of-another-deployment`.padEnd(40, "x");
      return [secret, rotated(secret, { value: before[secret], step, fresh })];
    }),
  ) as Version;

beforeAll(async () => {
  stage = await Harness.stage();
  const first = Object.fromEntries(secrets.map((secret) => [secret, link(secret as "AccessKey").value])) as Version;
  const accepting = next(first, "accept");
  const signing = next(accepting, "sign");
  versions = [first, accepting, signing, next(signing, "drop")];
});

const publicHalves = (jwks: string) =>
  JSON.stringify([JSON.parse(jwks)].flat().map(({ kty, crv, x }: Record<string, string>) => ({ kty, crv, x })));

/** Runs something as a function of this version. */
const as = async <T>(version: Version, work: () => Promise<T> | T): Promise<T> => {
  const values: Record<string, string> = { ...version, TicketPublicKey: publicHalves(version.TicketKey) };
  const before = Object.keys(values).map((name) => [name, link(name as "AccessKey").value] as const);
  const put = (name: string, value: string) => Object.assign(link(name as "AccessKey"), { value });
  for (const [name, value] of Object.entries(values)) put(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) put(name, value);
  }
};

const audiences: Audience[] = ["access", "place", "admission", "challenge"];
const now = Date.now();

/** What one version signs, and whether another one accepts it. */
const accepted: Record<string, { give: () => Promise<string>; take: (given: string) => Promise<boolean> }> = {
  ...Object.fromEntries(
    audiences.map((audience) => [
      audience,
      {
        give: async () => sign(audience, { sub: "usr_1" }, now + 60_000),
        take: async (given: string) => verify(audience, given, now) !== undefined,
      },
    ]),
  ),
  "a ticket's code": {
    give: () => signTicket({ sub: "usr_1", tid: "tkt_1" }),
    take: async (given) => (await verifyTicket(given)) !== undefined,
  },
  "what CloudFront sends": {
    give: async () => link("OriginKey").value.split(",")[0] ?? "",
    take: async (given) =>
      (await stage.call("GET /v1/events", { headers: { "x-onsale-origin": given } })).status === 200,
  },
  "what the edge lets pass": {
    give: async () => sign("access", { sub: "usr_1", roles: [] }, Date.now() + 60_000),
    take: async (given) =>
      refusal(
        edgeTable,
        { method: "GET", uri: "/v1/orders", authorization: `Bearer ${given}` },
        link("AccessKey").value,
        Date.now(),
      ) === null,
  },
  "a webhook of the gateway": {
    give: async () => {
      const t = Math.floor(now / 1000);
      const key = link("WebhookKey").value.split(",")[0] ?? "";
      return `t=${t},v1=${createHmac("sha256", key).update(`${t}.`).update(payload).digest("hex")}`;
    },
    take: async (given) => {
      try {
        return Webhook.verify({ headers: { "onsale-signature": given }, raw: Buffer.from(payload), now }) !== undefined;
      } catch {
        return false;
      }
    },
  },
};

const payload = JSON.stringify({
  type: "payment.authorised",
  paymentId: "pay_1",
  reference: "usr_1.ord_1.att_1",
  status: "authorised",
  amount: 1,
  currency: "KRW",
  createdAt: new Date(now).toISOString(),
});

test.each(Object.keys(accepted))("%s is accepted by each of two versions that run at once", async (name) => {
  const { give, take } = accepted[name] as (typeof accepted)[string];
  const works = async (from: number, to: number) => {
    const given = await as(versions[from] as Version, give);
    return as(versions[to] as Version, () => take(given));
  };
  for (let n = 0; n < versions.length; n++) {
    expect(await works(n, n), `${n}`).toBe(true);
    if (n === 0) continue;
    expect(await works(n - 1, n), `${n - 1} → ${n}`).toBe(true);
    expect(await works(n, n - 1), `${n} → ${n - 1}`).toBe(true);
  }
  // in one deployment it would be an outage; at the end the old key is refused
  expect(await works(0, 3)).toBe(false);
  expect(await works(3, 0)).toBe(false);
});

test("a session survives the whole rotation, even if an answer was lost between two versions", async () => {
  const account = { email: "rotation@onsale.test", password: "a long enough password", name: "A Buyer" };
  const made = await as(versions[0] as Version, () => stage.call("POST /v1/accounts", { body: account }));
  expect(made.status).toBe(201);
  const refresh = (n: number, refreshToken: string) =>
    as(versions[n] as Version, () => stage.call("POST /v1/sessions/refresh", { body: { refreshToken } }));
  const signedIn = await as(versions[0] as Version, () =>
    stage.call("POST /v1/sessions", { body: { email: account.email, password: account.password } }),
  );
  let { refreshToken } = signedIn.body;
  for (const [one, other] of [
    [0, 1],
    [1, 2],
    [2, 1],
  ] as const) {
    const first = await refresh(one, refreshToken);
    expect(first.status).toBe(201);
    const again = await refresh(other, refreshToken);
    expect([again.status, again.body.refreshToken]).toEqual([201, first.body.refreshToken]);
    refreshToken = first.body.refreshToken;
  }
});
