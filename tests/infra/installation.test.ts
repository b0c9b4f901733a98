import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { services } from "#core/contract/services.ts";
import { freshTicketKey, rotated, type Step } from "#ops/rotate-key.ts";
import { read } from "../../stacks/installation.ts";
import { synthesise } from "./setup.ts";

const least = { ONSALE_MAIL_FROM: "Onsale <tickets@example.com>", ONSALE_ALARM_EMAIL: "oncall@example.com" };
const given = (more: Record<string, string>, stage = "test") => read(stage, { ...least, ...more });

describe("an installation's settings", () => {
  it("need two addresses, and no more", () => {
    expect(given({})).toMatchObject({
      mailAddress: "tickets@example.com",
      mailIdentity: "exists",
      payments: "none",
      settleConcurrency: 100,
      firewall: false,
    });
    expect(given({}, "production").firewall).toBe(true);
    expect(() => read("test", {})).toThrow(/Set ONSALE_MAIL_FROM in .env.test/);
  });

  it("may be empty, like a workflow's unset variables", () => {
    const empty = { ONSALE_DOMAIN: "", ONSALE_SETTLE_CONCURRENCY: " ", ONSALE_FIREWALL: "", SST_SECRET_RedisUrl: "" };
    expect(given(empty)).toEqual(given({}));
  });

  it.each([
    { ONSALE_MAIL_FROM: "tickets@mail.example.co.kr" },
    { ONSALE_MAIL_FROM: "티켓 <tickets+1@example.com>" },
    { ONSALE_MAIL_FROM: '"Onsale, Inc." <tickets@example.com>' },
    { ONSALE_MAIL_FROM: "Onsale Inc. <tickets@example.com>" },
    { SST_SECRET_SlackWebhook: "https://hooks.slack.com/services/T/B/x" },
    { SST_SECRET_AccessKey: `${"a".repeat(511)},${"b".repeat(512)}` },
    { ONSALE_CORS_ORIGIN: "https://shop.example.com" },
    { ONSALE_CORS_ORIGIN: "http://localhost:5173" },
    { ONSALE_DOMAIN: "tickets.example.com" },
    { ONSALE_DOMAIN: `${"a".repeat(63)}.example.com` },
    { ONSALE_ALARM_EMAIL: "on.call+1@example.com" },
    { SST_SECRET_OriginKey: `${"a".repeat(512)},${"b".repeat(512)}` },
    { ONSALE_SETTLE_CONCURRENCY: "2" },
    { ONSALE_SETTLE_CONCURRENCY: "1000" },
    { ONSALE_FIREWALL: "0" },
    { ONSALE_FIREWALL: "1" },
    { ONSALE_MAIL_IDENTITY: "domain", ONSALE_MAIL_DMARC: "v=DMARC1; p=none;" },
    { SST_SECRET_RedisUrl: "https://mine.upstash.io", SST_SECRET_RedisToken: "token" },
    { SST_SECRET_OriginKey: `${"a".repeat(32)},${"b".repeat(32)}` },
  ])("may be %o", (more) => {
    expect(() => given(more as unknown as Record<string, string>)).not.toThrow();
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ ONSALE_MAIL_FROM: "tickets" }, /an address or Name <address>/],
    [{ ONSALE_MAIL_FROM: "Onsale <tickets@example.com" }, /an address or Name <address>/],
    [{ ONSALE_MAIL_FROM: "Onsale, Inc <tickets@example.com>" }, /has quotation marks, as in "Tickets, Inc" </],
    [{ ONSALE_MAIL_FROM: "Onsale (Seoul) <tickets@example.com>" }, /has quotation marks/],
    [{ ONSALE_MAIL_FROM: '"Onsale <tickets@example.com>' }, /has quotation marks/],
    [{ ONSALE_ALARM_EMAIL: "On call <oncall@example.com>" }, /an address alone/],
    [{ ONSALE_ALARM_EMAIL: "a@example.com, b@example.com" }, /an address alone/],
    [{ ONSALE_MAIL_IDENTITY: "mine" }, /exists, address or domain/],
    [{ ONSALE_MAIL_DMARC: "v=DMARC1; p=none;" }, /set ONSALE_MAIL_IDENTITY to domain/],
    [{ ONSALE_MAIL_IDENTITY: "domain", ONSALE_MAIL_DMARC: "p=none" }, /such as v=DMARC1/],
    [{ ONSALE_CORS_ORIGIN: "https://shop.example.com/" }, /without a path or a slash/],
    [{ ONSALE_CORS_ORIGIN: "https://shop.example.com/a" }, /without a path/],
    [{ ONSALE_CORS_ORIGIN: "shop.example.com" }, /such as https/],
    [{ ONSALE_CORS_ORIGIN: "*" }, /such as https/],
    [{ ONSALE_DOMAIN: "https://tickets.example.com" }, /a host name alone/],
    [{ ONSALE_DOMAIN: "tickets.example.com/" }, /a host name alone/],
    [{ ONSALE_GATEWAY_URL: "http://gateway.example.com" }, /begins with https/],
    [{ ONSALE_PAYMENTS: "paypal" }, /, sandbox or none/],
    [{ ONSALE_FREE_CHARGES: "yes" }, /true or false/],
    [{ ONSALE_SETTLE_CONCURRENCY: "1" }, /from 2 to 1,000/],
    [{ ONSALE_MAIL_RATE: "501" }, /from 1 to 500/],
    [{ ONSALE_SETTLE_CONCURRENCY: "1001" }, /from 2 to 1,000/],
    [{ ONSALE_SETTLE_CONCURRENCY: "many" }, /a whole number/],
    [{ ONSALE_FIREWALL: "9" }, /0 or 1/],
    [{ ONSALE_REDIS_BUDGET: "0" }, /from 1 to/],
    [{ ONSALE_RUNBOOK: `https://example.com/${"a".repeat(700)}` }, /700 characters at most/],
    [{ SST_SECRET_RedisUrl: "https://mine.upstash.io" }, /set the secret RedisToken/],
    [{ SST_SECRET_OriginKey: "short" }, /OriginKey has to be 32 to 512/],
    [{ SST_SECRET_OriginKey: "a".repeat(513) }, /OriginKey has to be 32 to 512/],
    [{ SST_SECRET_RefreshKey: `${"a".repeat(32)},${"b".repeat(513)}` }, /RefreshKey has to be 32 to 512/],
    [{ ONSALE_ALARM_EMAIL: "당직@example.com" }, /an address alone/],
    [{ ONSALE_ALARM_EMAIL: "on..call@example.com" }, /an address alone/],
    [{ ONSALE_ALARM_EMAIL: "oncall.@example.com" }, /an address alone/],
    [{ ONSALE_MAIL_FROM: "Onsale <.tickets@example.com>" }, /an address or Name <address>/],
    [{ ONSALE_MAIL_FROM: `tickets@${"a".repeat(64)}.com` }, /an address or Name <address>/],
    [{ ONSALE_DOMAIN: `${"a".repeat(64)}.example.com` }, /a host name alone/],
    [{ SST_SECRET_AccessKey: `${"a".repeat(32)}, ${"b".repeat(32)}` }, /joined by a comma/],
    [
      { SST_SECRET_AccessKey: `${"a".repeat(512)},${"b".repeat(512)}` },
      /has 1,025 characters, two keys together, but CloudFront takes 1,024/,
    ],
    [{ SST_SECRET_SlackWebhook: "nonsense" }, /SlackWebhook has to be the address .* begins with https/],
    [{ SST_SECRET_SlackWebhook: "http://hooks.slack.com/services/T/B/x" }, /begins with https/],
    [{ SST_SECRET_RedisToken: "token" }, /set the secret RedisUrl/],
    [{ SST_SECRET_RedisUrl: "rediss://mine.upstash.io", SST_SECRET_RedisToken: "token" }, /begins with https/],
  ])("are refused with a sentence that says what would be right: %o", (more, why) => {
    expect(() => given(more)).toThrow(why);
  });

  const jwk = () => JSON.parse(freshTicketKey());
  const { d: _, ...halfOf } = jwk();
  const ed448 = generateKeyPairSync("ed448").privateKey.export({ format: "jwk" });

  it("accept the tickets' key at each step of its rotation", () => {
    let value = freshTicketKey();
    for (const step of ["accept", "sign", "accept", "sign", "drop", "drop"] satisfies Step[]) {
      expect(() => given({ SST_SECRET_TicketKey: value })).not.toThrow();
      value = rotated("TicketKey", { value, step, fresh: freshTicketKey() });
    }
    expect(() => given({ SST_SECRET_TicketKey: value })).not.toThrow();
  });

  it.each<[string, string]>([
    ["no JSON", "garbage"],
    ["no key", "{}"],
    ["nothing", "null"],
    ["an empty list", "[]"],
    ["a public half alone", JSON.stringify(halfOf)],
    ["a list that begins with a public half", JSON.stringify([halfOf, jwk()])],
    ["a private key of another public half", JSON.stringify({ ...jwk(), x: halfOf.x })],
    ["a key of another curve", JSON.stringify(ed448)],
    ["two keys that wait to sign", JSON.stringify([jwk(), jwk(), jwk()])],
    ["something else in the list", JSON.stringify([jwk(), "garbage"])],
  ])("refuse a tickets' key that is %s", (_, value) => {
    expect(() => given({ SST_SECRET_TicketKey: value })).toThrow(/TicketKey has to be an Ed25519 private key as a JWK/);
  });

  it.each(["Bad Stage_", "-x", "x-", "Staging", "a_b", ""])("refuse the stage “%s”", (stage) => {
    expect(() => given({}, stage)).toThrow(/has to be lower-case letters, digits and hyphens/);
  });

  it.each(["x", "pr-123", "production", "2"])("accept the stage “%s”", (stage) => {
    expect(() => given({}, stage)).not.toThrow();
  });

  it("refuse a stage whose functions' names would be too long", () => {
    const longest = "s".repeat(47);
    expect(Math.max(...Object.keys(services).map((name) => `onsale-${longest}-${name}`.length))).toBe(64);
    expect(() => given({}, longest)).not.toThrow();
    expect(() => given({}, `${longest}s`)).toThrow(/has 48 characters, but 47 at most/);
  });

  it.each([
    ["a setting", { ONSALE_FIREWALL: "9" }],
    ["a database without its token", { SST_SECRET_RedisUrl: "https://mine.upstash.io" }],
    ["a key of another kind", { SST_SECRET_StripeKey: "pk_test_1" }],
    ["a tickets' key that is none", { SST_SECRET_TicketKey: "garbage" }],
  ])("are checked before the first call to AWS: %s", async (_, more) => {
    const { stderr } = await synthesise("test", more).then(
      () => expect.unreachable(),
      (error: { stderr: string }) => error,
    );
    expect(stderr).toMatch(/Asked for before: nothing\./);
  });
});
