/** List prices in USD, us-east-1, without free tiers and discounts, as published in November 2026. Check them before a decision. */
export const dated = "2026-11";

const million = 1e6;

export const prices = {
  cloudfront: {
    request: 1 / million,
    function: 0.1 / million,
    keyValue: 0.03 / million,
    gigabyte: 0.085,
    shieldRequest: 0.75 / million,
  },
  waf: { acl: 5, rule: 1, request: 0.6 / million },
  apiGateway: { request: 1 / million },
  lambda: { request: 0.2 / million, gigabyteSecond: 0.0000133334 },
  dynamodb: { write: 0.625 / million, read: 0.125 / million, gigabyteMonth: 0.25, backupGigabyteMonth: 0.2 },
  sqs: { request: 0.4 / million },
  ses: { mail: 0.1 / 1000, gigabyte: 0.12 },
  scheduler: { call: 1 / million },
  upstash: { command: 0.2 / 100_000 },
  logs: { gigabyte: 0.5 },
  xray: { trace: 5 / million },
  cloudwatch: { alarmMetricMonth: 0.1, dashboardMonth: 3, metricMonth: 0.3 },
  route53: { zoneMonth: 0.5 },
  /** For the comparison: on demand, an hour. */
  servers: { node: 0.145, balancer: 0.0225, capacityUnit: 0.008, database: 1.042, redis: 0.206, natGateway: 0.045 },
} as const;
