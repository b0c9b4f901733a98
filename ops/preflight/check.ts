/** The arguments and the result of a check. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { SESv2Client } from "@aws-sdk/client-sesv2";
import type { read } from "../../stacks/installation.ts";
import type { Needs } from "./sale-needs.ts";

/** `unknown`: there was no answer, so a person has to look. */
export type Check = { about: string; state: "good" | "short" | "unknown"; says: string };

export type Clients = {
  ses: SESv2Client;
  lambda: LambdaClient;
  dynamodb: DynamoDBClient;
  /** Quotas of the stage's region. */
  quotas: ServiceQuotasClient;
  /** Quotas of us-east-1, where CloudFront's are. */
  globalQuotas: ServiceQuotasClient;
  /** The JSON at an address, read with these credentials. */
  fetchJson: (url: string, authorization: string) => Promise<unknown>;
};

export type Asked = {
  stage: string;
  settings: ReturnType<typeof read>;
  needs: Needs;
  clients: Clients;
  /** Upstash's management API, `email:key`; undefined if it is not set. */
  upstash?: string | undefined;
  stripeKey?: string | undefined;
};

export const number = (value: number): string => value.toLocaleString("en");

type Compared = { about: string; has: number; needs: number; unit: string; otherwise: string };

export const compared = ({ about, has, needs, unit, otherwise }: Compared): Check =>
  has >= needs
    ? { about, state: "good", says: `${number(has)} ${unit}; this sale needs ${number(needs)}.` }
    : { about, state: "short", says: `${number(has)} ${unit}, but this sale needs ${number(needs)}: ${otherwise}` };

export const short = (about: string, says: string): Check => ({ about, state: "short", says });
export const good = (about: string, says: string): Check => ({ about, state: "good", says });

/** Grouped by subject. */
export type Checks = Record<string, (asked: Asked) => Promise<Check[]>>;
