import { plural } from "./count.ts";

/** The e-mails of an order. */
export const orderMail = {
  again: "Send the e-mail again",
  sent: (to: string) => `The e-mail is on its way to ${to}.`,
  other: "Send to another address",
  ask: "Where should the e-mails about this order go? The buyer’s account keeps its own address.",
  email: "E-mail address",
  yes: "Send there",
  no: "Leave it as it is",
  changed: (to: string) => `From now on the e-mails about this order go to ${to}.`,
};

export const exports = {
  title: "Exports",
  lead: "CSV files for spreadsheets. They have personal data of your buyers: keep them safe, and delete them when you are done. The log says who downloaded what.",
  files: {
    orders: "Every order with its state, its total and its buyer, also those that gave their seats back.",
    tickets: "Every valid ticket with its seat, its price and its buyer.",
    payments: "Every payment and every refund, with amount, method and time.",
    "check-ins": "Every ticket that was checked in, with seat and time.",
  } as Record<string, string>,
  download: "Download",
  lines: (n: number) => plural(n, "line"),
  reading: (lines: string) => `${lines} …`,
  cancel: "Stop",
  saved: (lines: string) => `Downloaded: ${lines}.`,
};
