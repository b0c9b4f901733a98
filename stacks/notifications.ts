import { type ServiceName, services } from "../functions/services.ts";
import { lambda, source } from "./lambda.ts";
import { streamDeadLetters } from "./queue.ts";
import { settings } from "./settings.ts";
import { storage } from "./storage.ts";

/** `Onsale <tickets@example.com>` → `tickets@example.com` */
const address = /<(.+)>/.exec(settings.mailFrom)?.[1] ?? settings.mailFrom;
const host = address.split("@")[1] ?? "";
const { domain } = settings;
const ours = domain === host || domain?.endsWith(`.${host}`);

/** The domain with its DKIM records where its DNS is ours, else the one address, whose owner SES asks by mail. */
export const email = new sst.aws.Email("Mail", { sender: ours ? host : address });

const orders = storage.Orders;

const follow = (name: "leave" | "mail") => {
  const { batchSize, retries, filters } = services[name].source;
  // SES checks the second where the message is MIME
  const actions = ["ses:SendEmail", "ses:SendRawEmail"];
  const sends = { actions, resources: [email.nodes.identity.arn, email.nodes.configurationSet.arn] };
  const made = lambda(name, [...source.stream(orders, streamDeadLetters), ...(name === "mail" ? [sends] : [])]);
  orders.subscribe(`${name}` satisfies ServiceName, made.live.arn, {
    filters: [...filters],
    transform: {
      eventSourceMapping: {
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
