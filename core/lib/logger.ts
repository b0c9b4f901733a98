import { Logger } from "@aws-lambda-powertools/logger";

/**
 * One JSON logger. Fields are `operation`, ids, `outcome`, `ms`; never a token, a password or an e-mail address.
 * The level comes from POWERTOOLS_LOG_LEVEL (default INFO).
 */
export const logger = new Logger({ serviceName: process.env.POWERTOOLS_SERVICE_NAME ?? "onsale" });
