/** Imported first: it switches off the handlers' log and metric lines, which would mix with a benchmark's figures. */
process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
/** local/lambda.ts sets this variable in its own process. A child that inherited it would need the store too early. */
delete process.env.AWS_LAMBDA_MAX_CONCURRENCY;
