/** The settings of e-mail: the sender, SES's identity and rate, the alarms' recipient. */
import { type Reader, refuse } from "./reader.ts";

/** DNS allows labels of 63 characters, and SES takes addresses in ASCII. */
const host = "([a-z\\d]([a-z\\d-]{0,61}[a-z\\d])?\\.)+[a-z]{2,63}";
const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";
const ADDRESS = new RegExp(`^${atom}(\\.${atom})*@${host}$`, "i");

/** `Onsale <tickets@example.com>` → `tickets@example.com`. A name with a character that addresses use has quotation marks (RFC 5322). */
const addressOf = (mailbox: string): string =>
  /^(?:[^<>()[\]:;@\\,"]*|"[^"\\]*" *)<([^<>]+)>$/.exec(mailbox)?.[1] ?? mailbox;

export const mailSettings = ({ needed, checked, oneOf, amount }: Reader) => {
  const mailFrom = needed("ONSALE_MAIL_FROM", "tickets are mailed from it");
  if (!ADDRESS.test(addressOf(mailFrom)))
    refuse(
      `ONSALE_MAIL_FROM is “${mailFrom}”, but has to be an address or Name <address>; a name with one of ()[]:;@\\," has quotation marks, as in "Tickets, Inc" <tickets@example.com>.`,
    );
  const alarmEmail = needed("ONSALE_ALARM_EMAIL", "alarms are mailed to it");
  checked("ONSALE_ALARM_EMAIL", (value) => ADDRESS.test(value), "an address alone, such as oncall@example.com");
  const mailIdentity = oneOf("ONSALE_MAIL_IDENTITY", ["exists", "address", "domain"], "exists");
  const mailDmarc = checked("ONSALE_MAIL_DMARC", (value) => value.startsWith("v=DMARC1;"), "such as v=DMARC1; p=none;");
  if (mailDmarc && mailIdentity !== "domain")
    refuse("ONSALE_MAIL_DMARC is a record of the domain: set ONSALE_MAIL_IDENTITY to domain, or leave it out.");
  return {
    /** The sender of tickets: an address, or `Name <address>`. */
    mailFrom,
    /** The address in it. */
    mailAddress: addressOf(mailFrom),
    /**
     * E-mails a second: at most the account's rate in SES (preflight compares them). One item of DynamoDB counts them, which takes 1,000
     * writes a second, refused ones included.
     */
    mailRate: amount("ONSALE_MAIL_RATE", 10, 1, 500),
    /** SES's identity for the sender. An account has it once: it exists, or this stage makes it for the address or for its Route 53 domain. */
    mailIdentity,
    /** The DMARC policy that is written with the domain. A domain that has one keeps its own. */
    mailDmarc,
    /** The recipient of alarms. */
    alarmEmail,
  };
};
