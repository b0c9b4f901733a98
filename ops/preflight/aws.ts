/**
 * The checks of AWS, asked by its SDK. Not tried against AWS itself: the answers that the tests give are those of AWS's documents, in the
 * SDK's types.
 */
import { DescribeLimitsCommand } from "@aws-sdk/client-dynamodb";
import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import {
  GetServiceQuotaCommand,
  ListAWSDefaultServiceQuotasCommand,
  ListServiceQuotasCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetAccountCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { type Asked, type Check, type Checks, compared, good, number, short } from "./check.ts";

const lambda = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { AccountLimit } = await clients.lambda.send(new GetAccountSettingsCommand({}));
  const has = AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const otherwise = "ask Service Quotas for more concurrent executions of Lambda, days before.";
  return [compared({ about: "Lambda", has, needs: needs.lambda, unit: "environments at once", otherwise })];
};

const mailRate = ({ settings, needs }: Asked, most: number): Check => {
  const { mailRate } = settings;
  if (mailRate > most)
    return short("Mail's rate", `ONSALE_MAIL_RATE is ${mailRate}, but SES takes ${most} a second: set it lower.`);
  const minutes = Math.ceil(needs.mails / mailRate / 60);
  return good(
    "Mail's rate",
    `${mailRate} a second of SES's ${most}: ${number(needs.mails)} tickets take ${number(minutes)} minutes.`,
  );
};

const mail = async (asked: Asked): Promise<Check[]> => {
  const account = await asked.clients.ses.send(new GetAccountCommand({}));
  const { Max24HourSend = 0, MaxSendRate = 0, SentLast24Hours = 0 } = account.SendQuota ?? {};
  const otherwise = "ask for a higher quota in SES's console, a day before.";
  const quota = {
    about: "Mail's quota",
    has: Max24HourSend - SentLast24Hours,
    needs: asked.needs.mails,
    unit: "e-mails left today",
  };
  return [
    account.ProductionAccessEnabled
      ? good("SES", "sends to everybody.")
      : short(
          "SES",
          "is in its sandbox and sends to confirmed addresses alone: ask for production access in its console.",
        ),
    ...(account.SendingEnabled === false || account.EnforcementStatus === "SHUTDOWN"
      ? [short("SES", `does not send: its enforcement status is ${account.EnforcementStatus}.`)]
      : []),
    // -1: without a limit
    Max24HourSend < 0 ? good("Mail's quota", "is without a limit.") : compared({ ...quota, otherwise }),
    mailRate(asked, MaxSendRate),
  ];
};

const isVerified = async ({ clients }: Asked, EmailIdentity: string): Promise<boolean> => {
  try {
    return (await clients.ses.send(new GetEmailIdentityCommand({ EmailIdentity }))).VerifiedForSendingStatus === true;
  } catch (error) {
    if ((error as Error).name !== "NotFoundException") throw error;
    return false;
  }
};

const sender = async (asked: Asked): Promise<Check[]> => {
  const { mailAddress, mailIdentity } = asked.settings;
  if (mailIdentity !== "exists") return [good("Sender", `the deployment makes the identity of its ${mailIdentity}.`)];
  const found = await Promise.all(
    [mailAddress, mailAddress.split("@")[1] ?? ""].map((name) => isVerified(asked, name)),
  );
  return [
    found.some(Boolean)
      ? good("Sender", `${mailAddress} is confirmed.`)
      : short(
          "Sender",
          `neither ${mailAddress} nor its domain is a confirmed identity of SES here: docs/deploy.md says how to make it.`,
        ),
  ];
};

const tables = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { TableMaxWriteCapacityUnits: has = 0 } = await clients.dynamodb.send(new DescribeLimitsCommand({}));
  const otherwise = "ask Service Quotas for more write capacity a table.";
  return [
    compared({ about: "DynamoDB", has, needs: needs.writes, unit: "write units a table may be warmed to", otherwise }),
  ];
};

/** API Gateway's requests a second of this account and region: 10,000, but 2,500 in thirteen regions. */
const throttleRate = "L-8A5B8E43";

const apiGateway = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const { Quota } = await clients.quotas.send(
    new GetServiceQuotaCommand({ ServiceCode: "apigateway", QuotaCode: throttleRate }),
  );
  const otherwise = "ask Service Quotas for a higher throttle rate of API Gateway.";
  return [
    compared({ about: "API Gateway", has: Quota?.Value ?? 0, needs: needs.api, unit: "requests a second", otherwise }),
  ];
};

/** A quota by its name: an account's own if it was ever changed, else AWS's default. */
const named = async (client: ServiceQuotasClient, ServiceCode: string, name: string): Promise<number | undefined> => {
  const ask = { ServiceCode, MaxResults: 100 };
  for (const command of [ListServiceQuotasCommand, ListAWSDefaultServiceQuotasCommand])
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await client.send(new command({ ...ask, NextToken }) as ListServiceQuotasCommand);
      const found = page.Quotas?.find(({ QuotaName }) => QuotaName === name)?.Value;
      if (found !== undefined) return found;
      NextToken = page.NextToken;
    }
  return undefined;
};

const cloudfront = async ({ clients, needs }: Asked): Promise<Check[]> => {
  const about = "CloudFront";
  const has = await named(clients.globalQuotas, "cloudfront", "Requests per second per distribution");
  if (has === undefined)
    return [{ about, state: "unknown", says: "Service Quotas does not name its requests a second." }];
  const otherwise = "ask AWS's support for more requests a second a distribution.";
  return [compared({ about, has, needs: needs.edge, unit: "requests a second", otherwise })];
};

export const ofAws: Checks = {
  Lambda: lambda,
  SES: mail,
  Sender: sender,
  DynamoDB: tables,
  "API Gateway": apiGateway,
  CloudFront: cloudfront,
};
