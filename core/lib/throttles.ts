/** The names of AWS's errors for a caller that is too fast, of DynamoDB, SQS and SES. The same call passes later. */
export const throttles: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
]);
