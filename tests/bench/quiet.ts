/** Imported first: handlers' log and metric lines would be in the way of a benchmark's figures. */
process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
process.env.POWERTOOLS_METRICS_DISABLED = "true";
