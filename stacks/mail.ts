/** The sender of the stage's e-mails, and its bounces and complaints. */
import { production, settings } from "./settings.ts";

const address = settings.mailAddress;

const route53 = sst.aws.dns({
  transform: {
    record: (_, options) => {
      options.retainOnDelete = production;
    },
  },
});

/** SST always writes a DMARC policy, its only TXT record. Route 53 refuses it if the domain has one, so it is left out unless configured. */
const dns: ReturnType<typeof sst.aws.dns> = {
  ...route53,
  createRecord: (prefix, record, options) =>
    record.type === "TXT" && !settings.mailDmarc
      ? ($output(undefined) as never)
      : route53.createRecord(prefix, record, options),
};

/** An AWS account can have an identity once, and every stage may send from it. An identity that production made is never deleted. */
if (settings.mailIdentity !== "exists")
  new sst.aws.Email("Mail", {
    sender: settings.mailIdentity === "domain" ? (address.split("@")[1] ?? "") : address,
    ...(settings.mailIdentity === "domain" && { dns, ...(settings.mailDmarc && { dmarc: settings.mailDmarc }) }),
    transform: {
      identity: (args, options) => {
        // the identity may outlive the stage, and a deleted configuration set would stop every e-mail
        args.configurationSetName = undefined;
        options.retainOnDelete = production;
      },
    },
  });

const { partition } = aws.getPartitionOutput();
const { region } = aws.getRegionOutput();
const { accountId } = aws.getCallerIdentityOutput();
const ses = $interpolate`arn:${partition}:ses:${region}:${accountId}`;

/** Each e-mail is sent with this set, so that SES reports bounces and complaints. */
export const mailSet = new aws.sesv2.ConfigurationSet("MailSet", {
  configurationSetName: `${$app.name}-${$app.stage}`,
}).configurationSetName;

/** Bounces and complaints, one message each. */
export const mailFeedback = new sst.aws.SnsTopic("MailFeedback");

const mayPublish = new aws.sns.TopicPolicy("MailFeedbackPolicy", {
  arn: mailFeedback.arn,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        principals: [{ type: "Service", identifiers: ["ses.amazonaws.com"] }],
        actions: ["sns:Publish"],
        resources: [mailFeedback.arn],
        conditions: [
          { test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] },
          {
            test: "StringEquals",
            variable: "aws:SourceArn",
            values: [$interpolate`${ses}:configuration-set/${mailSet}`],
          },
        ],
      },
    ],
  }).json,
});

new aws.sesv2.ConfigurationSetEventDestination(
  "MailFeedbackDestination",
  {
    configurationSetName: mailSet,
    eventDestinationName: "feedback",
    eventDestination: {
      enabled: true,
      matchingEventTypes: ["BOUNCE", "COMPLAINT"],
      snsDestination: { topicArn: mailFeedback.arn },
    },
  },
  { dependsOn: [mayPublish] },
);

/** In SES's sandbox recipients are checked as identities too. So all identities are allowed, and the sender's address limits this. */
export const sends: sst.aws.FunctionPermissionArgs = {
  // SES checks the second action if the message is MIME
  actions: ["ses:SendEmail", "ses:SendRawEmail"],
  resources: [$interpolate`${ses}:identity/*`, $interpolate`${ses}:configuration-set/${mailSet}`],
  conditions: [{ test: "StringEquals", variable: "ses:FromAddress", values: [address] }],
};
