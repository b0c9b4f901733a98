import { type ServiceName, services } from "../functions/services.ts";
import { lambda, source } from "./lambda.ts";
import { streamDeadLetters } from "./queue.ts";
import { production, settings } from "./settings.ts";
import { storage } from "./storage.ts";

const address = settings.mailAddress;

const route53 = sst.aws.dns({
  transform: {
    record: (_, options) => {
      options.retainOnDelete = production;
    },
  },
});

/** SST writes a DMARC policy unasked, its only TXT record, and Route 53 refuses it where the domain has one. */
const dns: ReturnType<typeof sst.aws.dns> = {
  ...route53,
  createRecord: (prefix, record, options) =>
    record.type === "TXT" && !settings.mailDmarc
      ? ($output(undefined) as never)
      : route53.createRecord(prefix, record, options),
};

/** An account has an identity once, and every stage may send from it. What production has made outlives its settings. */
if (settings.mailIdentity !== "exists")
  new sst.aws.Email("Mail", {
    sender: settings.mailIdentity === "domain" ? (address.split("@")[1] ?? "") : address,
    ...(settings.mailIdentity === "domain" && { dns, ...(settings.mailDmarc && { dmarc: settings.mailDmarc }) }),
    transform: {
      identity: (args, options) => {
        // the identity may outlive the stage, and a set that is gone would stop every mail
        args.configurationSetName = undefined;
        options.retainOnDelete = production;
      },
    },
  });

const orders = storage.Orders;

const identities = $interpolate`arn:${aws.getPartitionOutput().partition}:ses:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}`;

/**
 * In SES's sandbox the recipients are checked as identities, too; an identity may have a configuration set. So the sender's address
 * is what bounds this.
 */
const sends: sst.aws.FunctionPermissionArgs = {
  // SES checks the second where the message is MIME
  actions: ["ses:SendEmail", "ses:SendRawEmail"],
  resources: [$interpolate`${identities}:identity/*`, $interpolate`${identities}:configuration-set/*`],
  conditions: [{ test: "StringEquals", variable: "ses:FromAddress", values: [address] }],
};

const follow = (name: "leave" | "mail") => {
  const { batchSize, retries, filters } = services[name].source;
  const made = lambda(name, [...source.stream(orders, streamDeadLetters), ...(name === "mail" ? [sends] : [])]);
  orders.subscribe(`${name}` satisfies ServiceName, made.live.arn, {
    filters: [...filters],
    transform: {
      eventSourceMapping: {
        // with SST's LATEST, records of the minutes in which Lambda makes or changes the mapping may be missed; both consumers skip
        // what they have done, so that an older record does no harm
        startingPosition: "TRIM_HORIZON",
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: retries,
        // a shard's order is kept, so that a mail is sent by one invocation at a time
        parallelizationFactor: 1,
        destinationConfig: { onFailure: { destinationArn: streamDeadLetters.arn } },
      },
    },
  });
  return made;
};

/** Two consumers, so that a slow mailer never holds up the line. */
export const leave = follow("leave");
export const mail = follow("mail");
