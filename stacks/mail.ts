/** Who sends the stage's e-mails, and what comes back. */
import { production, settings } from "./settings.ts";

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

const { partition } = aws.getPartitionOutput();
const { region } = aws.getRegionOutput();
const { accountId } = aws.getCallerIdentityOutput();
const ses = $interpolate`arn:${partition}:ses:${region}:${accountId}`;

/** Each e-mail is sent with it, so that SES tells of those that come back. */
export const mailSet = new aws.sesv2.ConfigurationSet("MailSet", {
  configurationSetName: `${$app.name}-${$app.stage}`,
}).configurationSetName;

/** Bounces and complaints, one message each. */
export const mailFeedback = new sst.aws.SnsTopic("MailFeedback");

const mayTell = new aws.sns.TopicPolicy("MailFeedbackPolicy", {
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
  { dependsOn: [mayTell] },
);

/** In SES's sandbox the recipients are checked as identities, too: the sender's address is what bounds this. */
export const sends: sst.aws.FunctionPermissionArgs = {
  // SES checks the second where the message is MIME
  actions: ["ses:SendEmail", "ses:SendRawEmail"],
  resources: [$interpolate`${ses}:identity/*`, $interpolate`${ses}:configuration-set/${mailSet}`],
  conditions: [{ test: "StringEquals", variable: "ses:FromAddress", values: [address] }],
};
