/**
 * The settings of a stage, read from its environment and checked before a deployment begins. AWS would refuse a wrong setting in the middle
 * of it, when a part of the stage exists. Each error says what would be right. Pure; .env.example describes each setting.
 */
import { mailSettings } from "./installation/mail.ts";
import { paymentSettings } from "./installation/payments.ts";
import { createReader, type Environment, parsed } from "./installation/reader.ts";
import { checkSecrets } from "./installation/secrets.ts";
import { stageFault } from "./installation/stage.ts";

export { stageFault } from "./installation/stage.ts";

/** A host name in lower case (DNS: labels of at most 63 characters). */
const HOST = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/;

/** CloudWatch allows 1,024 characters for an alarm's description. Our own sentence and the section's name need less than 324 of them. */
const longestRunbook = 700;

/** The checked settings. Throws an `Error` that names the first wrong setting. */
export const read = (stage: string, environment: Environment) => {
  const production = stage === "production";
  const badStage = stageFault(stage);
  if (badStage) throw new Error(badStage);
  const reader = createReader(stage, environment);
  const { amount, checked, oneOf } = reader;
  const mail = mailSettings(reader);
  const freeCharges = oneOf("ONSALE_FREE_CHARGES", ["true", "false"], "false") === "true";
  if (freeCharges && production) throw new Error("ONSALE_FREE_CHARGES gives money away: it is refused in production.");
  checkSecrets(reader);
  return {
    ...mail,
    ...paymentSettings(reader, production),
    freeCharges,
    /** Years for which the records of an erased account are kept (docs/privacy.md). */
    retainYears: amount("ONSALE_RETAIN_YEARS", 5, 0, 30),
    /** The runbook that the alarms' descriptions link to. */
    runbook:
      checked("ONSALE_RUNBOOK", (value) => value.length <= longestRunbook, `${longestRunbook} characters at most`) ??
      "docs/runbook.md",
    /** The public host name, in a Route 53 zone of the account. Without it the address is CloudFront's own name. */
    domain: checked("ONSALE_DOMAIN", (value) => HOST.test(value), "a host name alone, such as tickets.example.com"),
    /** Another origin whose pages may call the API. */
    corsOrigin: checked(
      "ONSALE_CORS_ORIGIN",
      (value) => /^https?:$/.test(parsed(value)?.protocol ?? "") && parsed(value)?.origin === value,
      "an origin without a path or a slash at its end, such as https://shop.example.com",
    ),
    /** Batches of ten messages that are settled in parallel. It limits the load on the payment gateway. SQS allows 2 to 1,000. */
    settleConcurrency: amount("ONSALE_SETTLE_CONCURRENCY", 100, 2, 1_000),
    /** USD a month. Above it Upstash stops answering. It is far above the cost of a sale, and limits the cost of a fault. */
    redisBudget: amount("ONSALE_REDIS_BUDGET", 360, 1, 1_000_000),
    /** Whether the firewall counts requests (core/contract/firewall.ts). */
    firewall: oneOf("ONSALE_FIREWALL", ["0", "1"], production ? "1" : "0") === "1",
  };
};
