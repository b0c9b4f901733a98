/** The ledger as a page, for people who try the sandbox. */
import { escaped } from "#local/gateways/http.ts";
import type { Payment } from "./ledger.ts";

const row = (payment: Payment) => {
  const history = payment.history.map(({ at, status, amount }) => `${at} ${status} ${amount}`).join("\n");
  const cells = [
    payment.createdAt,
    payment.reference,
    payment.token ?? "",
    `${payment.amount} ${payment.currency}`,
    payment.status + (payment.reason ? ` (${payment.reason})` : ""),
    String(payment.refunded),
  ];
  return `<tr title="${escaped(history)}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
};

export const page = (payments: Payment[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox gateway</title>
<style>body{font:15px system-ui;margin:2rem}table{border-collapse:collapse}td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #8884}</style>
<h1>Sandbox gateway</h1><p>${payments.length} payments, newest first. Hover for the history.</p>
<table><thead><tr><th>created<th>reference<th>card<th>amount<th>status<th>refunded</thead>
<tbody>${payments.toReversed().map(row).join("\n")}</tbody></table></html>
`;
