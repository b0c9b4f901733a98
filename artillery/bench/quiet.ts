/** Imported first: handlers' log and metric lines would be in the way of a benchmark's figures. */
process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
/** Said by local/lambda.ts of its own process, at its own moment; a child that inherits it would ask for the store too early. */
delete process.env.AWS_LAMBDA_MAX_CONCURRENCY;
