/** The time and the dollars of cancelling an event. Pure. */
import { services } from "#core/contract/services.ts";
import { pageSeats, perSecond } from "#core/fanout/pace.ts";
import { type Line, lambda } from "./model.ts";
import { prices } from "./prices.ts";
import { units } from "./units.ts";

/** `mailRate`: e-mails that SES takes in a second. */
export type Cancelling = { orders: number; mailRate: number };

/** Seconds until the last order is refunded. Then follow the passes that find nothing. */
export const seconds = ({ orders, mailRate }: Cancelling): number => orders / perSecond(mailRate);

/** Each order has two seats and was paid by card. Points need no message and no gateway. */
export const cancelling = ({ orders }: Cancelling): Line[] => {
  const { refund, mail, settle } = units.order;
  const pages = (orders * 2) / pageSeats;
  const wru = refund.wru + mail.wru;
  const rru = refund.rru + mail.rru;
  return [
    {
      what: "refunds, marks of e-mails",
      service: "DynamoDB",
      dollars: orders * (wru * prices.dynamodb.write + rru * prices.dynamodb.read),
    },
    {
      what: "pages, refunds by card, e-mails",
      service: "Lambda",
      dollars:
        lambda(pages, refund.pageMs, services.fanout.memory) +
        lambda(orders / 10, settle.ms * 10, services.settle.memory) +
        lambda(orders / 10, mail.ms, services.mail.memory),
    },
    {
      what: "pages, refunds by card",
      service: "SQS",
      dollars: (pages + orders) * settle.messages * prices.sqs.request,
    },
    {
      what: "refunds by mail",
      service: "SES",
      dollars: orders * (prices.ses.mail + (refund.mailKilobytes / 1e6) * prices.ses.gigabyte),
    },
  ];
};
