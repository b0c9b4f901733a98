import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { providerSecrets } from "#core/contract/providers.ts";
import { serviceNames } from "#core/contract/services.ts";
import { freshTicketKey } from "#ops/rotate-key.ts";
import { again, configured, graph, production, test as stage } from "./graph.ts";
import { type Synthesis, settingsText, synthesise } from "./setup.ts";

const serialised = ({ resources }: ReturnType<typeof stage>) =>
  resources
    .map(({ type, name, protect, retain, inputs }) => {
      // SST builds the pages at every deployment, because the time is its trigger
      const { triggers: _, ...rest } = type === "command:local:Command" ? inputs : { triggers: [], ...inputs };
      return JSON.stringify({ type, name, protect, retain, rest });
    })
    .sort();

/** The physical name of a resource if names are unique in the account or the world. AWS names others, or their parent does. */
const named = ({ resources }: Synthesis) =>
  resources
    .filter(
      ({ type }) =>
        /^(aws|upstash):/.test(type) && !/permission|eventSourceMapping|integration:|route:|bucket\w/i.test(type),
    )
    .flatMap(({ type, inputs }) =>
      ["name", "bucket", "dashboardName", "databaseName", "emailIdentity", "configurationSetName", "domainName"]
        .filter((key) => inputs[key])
        .map((key) => `${type} ${inputs[key]}`),
    )
    // an alias and an API's stage have a name inside their function and API
    .filter((name) => !/ \$default$| live$/.test(name));

/** Stripe's keys of a mode. */
const keys = (mode: "test" | "live") => ({
  ONSALE_PAYMENTS: "stripe",
  SST_SECRET_StripeKey: `sk_${mode}_1`,
  SST_SECRET_StripePublishableKey: `pk_${mode}_1`,
  SST_SECRET_StripeWebhookSecret: "whsec_1",
});

/** Production with Stripe, while its webhooks' secret changes. */
const stripe = { ...keys("live"), SST_SECRET_StripeWebhookSecretPrevious: "whsec_2" };

/** The same for Toss. */
const tossKeys = (mode: "test" | "live") => ({
  ONSALE_PAYMENTS: "toss",
  SST_SECRET_TossSecretKey: `${mode}_sk_1`,
  SST_SECRET_TossClientKey: `${mode}_ck_1`,
  SST_SECRET_TossWebhookPath: "p".repeat(32),
});

/** Every setting that production may have, two ways. */
/** The secrets that are made with a stage and shared by its functions, without that of tickets. */
const shared = [
  "AccessKey",
  "RefreshKey",
  "PlaceKey",
  "AdmissionKey",
  "ChallengeKey",
  "CodeKey",
  "PrivacyKey",
  "WebhookKey",
  "OriginKey",
];

const productions: Record<string, string>[] = [
  {
    ONSALE_MAIL_FROM: "box@mail.example.org",
    ONSALE_ALARM_EMAIL: "night@example.org",
    ONSALE_MAIL_IDENTITY: "domain",
    ONSALE_MAIL_DMARC: "v=DMARC1; p=none;",
    ONSALE_MAIL_RATE: "100",
    ONSALE_DOMAIN: "tickets.example.com",
    ONSALE_CORS_ORIGIN: "https://shop.example.com",
    ONSALE_RUNBOOK: "https://example.com/runbook",
    ONSALE_SETTLE_CONCURRENCY: "10",
    ONSALE_REDIS_BUDGET: "20",
    ONSALE_RETAIN_YEARS: "0",
    ONSALE_FIREWALL: "0",
    SST_SECRET_RedisUrl: "https://mine.upstash.io",
    SST_SECRET_RedisToken: "token",
    SST_SECRET_SlackWebhook: "https://hooks.slack.example/T",
    SST_SECRET_StripeWebhookSecretPrevious: "whsec_0",
    ...keys("live"),
  },
  { ...tossKeys("live"), SST_SECRET_TossWebhookPathPrevious: "q".repeat(32) },
];

describe("a deployment", () => {
  it("is the same when nothing has changed", () => {
    expect(serialised(again())).toEqual(serialised(production()));
  });

  it("of production is protected, and keeps its data when it is removed", () => {
    expect(production().app).toMatchObject({ removal: "retain", protect: true });
    expect(stage().app).toMatchObject({ removal: "remove", protect: false });
  });

  it("shares no name, identity or record with another stage of its account, also with the same settings", async () => {
    const same = { ONSALE_FIREWALL: "1", ...keys("test") };
    const [one, other] = (await Promise.all(["one", "other"].map((stage) => synthesise(stage, same)))).map(named);
    expect(one?.length).toBeGreaterThan(60);
    const theirs = new Set(other);
    expect(one?.filter((name) => theirs.has(name))).toEqual([]);
    for (const name of one ?? []) expect(name).toMatch(/onsale[-/]one([-/]|$)/);
  });

  it("makes the sender's identity only if the setting says so: one stage of an account makes it and all use it", async () => {
    const identities = (of: Synthesis) => of.resources.filter(({ type }) => /emailIdentity:|^aws:route53\//.test(type));
    expect(identities(stage())).toEqual([]);
    const address = identities(await synthesise("production", { ONSALE_MAIL_IDENTITY: "address" }));
    expect(address.find(({ type }) => type.endsWith("emailIdentity:EmailIdentity"))).toMatchObject({
      inputs: { emailIdentity: "tickets@example.com" },
      retain: true,
    });
    expect(address.filter(({ type }) => type.startsWith("aws:route53/"))).toEqual([]);
  });

  it("writes a domain's DKIM records, and a DMARC policy only if one is set: a domain that has one keeps it", async () => {
    const records = (of: Synthesis) =>
      of.resources
        .filter(({ type }) => type.endsWith("route53/record:Record"))
        .map(({ inputs, retain }) => ({ name: inputs.name, retain }));
    const dkim = ["a", "b", "c"].map((token) => ({ name: `${token}._domainkey.example.com`, retain: true }));
    const domain = await synthesise("production", { ONSALE_MAIL_IDENTITY: "domain" });
    expect(records(domain)).toEqual(dkim);
    const policy = "v=DMARC1; p=reject;";
    const both = await synthesise("production", { ONSALE_MAIL_IDENTITY: "domain", ONSALE_MAIL_DMARC: policy });
    expect(records(both)).toHaveLength(4);
    expect(both.resources.find(({ inputs }) => inputs.name === "_dmarc.example.com")?.inputs.records).toEqual([policy]);
    for (const { type, inputs } of both.resources)
      if (type.endsWith("emailIdentity:EmailIdentity")) expect(inputs.configurationSetName).toBeUndefined();
  });

  it("keeps every protected resource as it is, whatever is set: Pulumi would refuse to delete or to replace it", async () => {
    // properties that a changed figure updates in place
    const updated: Record<string, string[]> = { Waiting: ["budget"] };
    const kept = ({ resources }: Synthesis) =>
      resources
        .filter(({ protect }) => protect)
        .map(({ type, name, inputs }) => {
          const rest = Object.entries(inputs).filter(([key]) => !updated[name]?.includes(key));
          return JSON.stringify([type, name, Object.fromEntries(rest)]);
        })
        .sort();
    expect(kept(production())).toHaveLength(5);
    for (const settings of productions)
      expect(kept(await synthesise("production", settings))).toEqual(expect.arrayContaining(kept(production())));
  });

  it("keeps a payment provider once its key was set: without the key Pulumi would have to delete what is protected", async () => {
    const kept = ({ resources }: Synthesis) =>
      resources.filter(({ name, protect }) => protect && name.endsWith("InUse")).map(({ name }) => name);
    expect(kept(production())).toEqual([]);
    expect(kept(await synthesise("production", stripe))).toEqual(["StripeInUse"]);
    // new payments go elsewhere, and payments that were made here can still be refunded
    expect(kept(await synthesise("production", { ...stripe, ONSALE_PAYMENTS: "none" }))).toEqual(["StripeInUse"]);
    expect(kept(await synthesise("production", tossKeys("live")))).toEqual(["TossInUse"]);
  });

  it("is tested with every setting and secret that there is", () => {
    const [optional = ""] = /^type Optional = .*/m.exec(readFileSync("stacks/secrets.ts", "utf8")) ?? [];
    const refused = ["ONSALE_FREE_CHARGES", "ONSALE_GATEWAY_URL"];
    const there = [
      ...[...settingsText().matchAll(/"(ONSALE_\w+)"/g)]
        .map(([, name]) => name)
        .filter((name) => !refused.includes(name ?? "")),
      ...[...optional.matchAll(/"(\w+)"/g)].map(([, name]) => `SST_SECRET_${name}`),
      ...providerSecrets.map((name) => `SST_SECRET_${name}`),
    ];
    expect(there.length).toBeGreaterThan(20);
    expect(Object.keys(Object.assign({}, ...productions)).sort()).toEqual([...new Set(there)].sort());
  });

  it("leaves production's traffic where it is: a release shifts it", () => {
    for (const { inputs } of production().all("lambda/alias:Alias")) expect(inputs.name).toBe("live");
    expect(production().all("lambda/alias:Alias")).toHaveLength(serviceNames.length);
  });

  it("has no free points in production", async () => {
    const settings = (of: ReturnType<typeof stage>) =>
      of.builds.find(({ functionID }) => functionID === "WalletService")?.links?.Settings;
    expect(settings(production())).toMatchObject({ freeCharges: false, stage: "production" });
    expect(settings(configured())).toMatchObject({ freeCharges: true });
    await expect(synthesise("production", { ONSALE_FREE_CHARGES: "true" })).rejects.toThrow(/gives money away/);
  });

  it("takes cards by the configured gateway, and by none without one", async () => {
    const settings = (of: Pick<ReturnType<typeof stage>, "builds">) =>
      of.builds.find(({ functionID }) => functionID === "OrdersService")?.links?.Settings;
    const linked = (of: Pick<ReturnType<typeof stage>, "builds">, name: string) =>
      of.builds.find(({ functionID }) => functionID === "OrdersService")?.links?.[name];
    expect(settings(stage())).toMatchObject({ payments: "none" });
    expect(settings(configured())).toMatchObject({ payments: "sandbox" });
    expect(linked(stage(), "StripeWebhooks")).toMatchObject({ secrets: [] });
    const live = await synthesise("production", stripe);
    expect(settings(live)).toMatchObject({ payments: "stripe", stripePublicKey: "pk_live_1" });
    expect(linked(live, "StripeWebhooks")).toMatchObject({ secrets: ["whsec_1", "whsec_2"] });
    expect(linked(live, "Stripe")).toBeUndefined(); // it only sends a message
    const settle = live.builds.find(({ functionID }) => functionID === "SettleService");
    expect(settle?.links?.Stripe).toMatchObject({ secretKey: "sk_live_1" });
  });

  it("takes cards by Toss with its keys, and its webhook has a secret path", async () => {
    const live = await synthesise("production", tossKeys("live"));
    const linksOf = (id: string) => live.builds.find(({ functionID }) => functionID === id)?.links;
    expect(linksOf("OrdersService")).toMatchObject({
      Settings: { payments: "toss", tossPublicKey: "live_ck_1" },
      TossWebhooks: { secrets: ["p".repeat(32)] },
    });
    expect(linksOf("OrdersService")?.Toss).toBeUndefined(); // it only sends a message
    expect(linksOf("SettleService")?.Toss).toMatchObject({ secretKey: "live_sk_1" });
  });

  it.each([
    ["the sandbox in production", "production", { ONSALE_PAYMENTS: "sandbox" }, /sandbox charges nobody/],
    ["a gateway's address alone in production", "production", { ONSALE_GATEWAY_URL: "https://a.example" }, /sandbox/],
    ["test keys in production", "production", keys("test"), /test key/],
    ["live keys elsewhere", "test", keys("live"), /live key/],
    ["a live publishable key elsewhere", "test", { SST_SECRET_StripePublishableKey: "pk_live_1" }, /live key/],
    [
      "a test publishable key in production",
      "production",
      { ...keys("live"), SST_SECRET_StripePublishableKey: "pk_test_1" },
      /StripePublishableKey is a test key/,
    ],
    ["a secret key where a publishable one belongs", "test", { SST_SECRET_StripePublishableKey: "sk_test_1" }, /kind/],
    ["Stripe without a webhook's secret", "test", { ...keys("test"), SST_SECRET_StripeWebhookSecret: "" }, /Webhook/],
    ["Toss's test keys in production", "production", tossKeys("test"), /test key/],
    ["Toss's live keys elsewhere", "test", tossKeys("live"), /live key/],
    ["a key of Toss's widget", "test", { ...tossKeys("test"), SST_SECRET_TossClientKey: "test_gck_1" }, /kind/],
    ["Toss without a secret path", "test", { ...tossKeys("test"), SST_SECRET_TossWebhookPath: "" }, /WebhookPath/],
    ["a path that can be guessed", "test", { ...tossKeys("test"), SST_SECRET_TossWebhookPath: "short" }, /32 or more/],
    ["a provider that there is not", "test", { ONSALE_PAYMENTS: "paypal" }, /, sandbox or none/],
  ] as const)("refuses %s", async (_, of, more, why) => {
    await expect(synthesise(of, more)).rejects.toThrow(why);
  });

  it("says what is missing before it makes anything", async () => {
    await expect(synthesise("test", { ONSALE_MAIL_FROM: "" })).rejects.toThrow(/Set ONSALE_MAIL_FROM/);
  });

  it("makes its own secrets, one per kind of token, and uses those that are set", async () => {
    const links = (of: ReturnType<typeof stage>) => Object.assign({}, ...of.builds.map((build) => build.links ?? {}));
    const made = links(stage());
    const keys = shared.map((name) => made[name].value);
    expect(new Set(keys).size).toBe(shared.length);
    for (const key of keys) expect(key.length).toBeGreaterThanOrEqual(32);
    expect(JSON.parse(made.TicketKey.value)).toMatchObject({ kty: "OKP", crv: "Ed25519", d: expect.any(String) });
  });

  it("sends the first of the origin's keys, and accepts both, because CloudFront changes at once and functions with a release", async () => {
    const [old, next] = ["a".repeat(64), "b".repeat(64)];
    const [one, other] = [JSON.parse(freshTicketKey()), JSON.parse(freshTicketKey())];
    const rotating = await synthesise("production", {
      SST_SECRET_OriginKey: `${next},${old}`,
      SST_SECRET_AccessKey: `${next},${old}`,
      SST_SECRET_TicketKey: JSON.stringify([one, { ...other, d: undefined }]),
    });
    const { origins } = graph(rotating).one("cloudfront/distribution:Distribution", "WebCdnDistribution").inputs;
    const sent = origins.flatMap(({ customHeaders = [] }: { customHeaders?: { name: string; value: string }[] }) =>
      customHeaders.filter(({ name }) => name === "x-onsale-origin").map(({ value }) => value),
    );
    expect(sent).toEqual([next, next]);
    const links = rotating.builds.find(({ functionID }) => functionID === "AdminService")?.links ?? {};
    expect(links.OriginKey).toMatchObject({ value: `${next},${old}` });
    const [kept] = graph(rotating).all("cloudfront/keyvaluestoreKey:KeyvaluestoreKey");
    expect(kept?.inputs.value).toBe(`${next},${old}`);
    const { value } = links.TicketPublicKey as { value: string };
    expect(JSON.parse(value)).toEqual([one, other].map(({ kty, crv, x }) => ({ kty, crv, x, kid: x.slice(0, 8) })));
  });

  it("keeps secrets out of environments, tags, descriptions and outputs, which anybody in the account can read", () => {
    const made = Object.assign({}, ...stage().builds.map((build) => build.links ?? {}));
    const secrets = shared.map((name) => made[name].value);
    const readable = stage()
      .all("lambda/function:Function")
      .map(({ inputs }) => JSON.stringify(inputs));
    for (const secret of secrets) for (const text of readable) expect(text).not.toContain(secret);
  });
});
