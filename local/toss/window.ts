/** Toss's payment window, for tests by hand: a card to choose, and three buttons. It goes back to the shop's page by a redirect. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { escaped } from "#local/gateways/http.ts";
import { cards } from "./cards.ts";
import type { Payments } from "./payments.ts";
import { Refusal } from "./refusal.ts";

const page = (action: string, name: string, amount: number) => `<!doctype html>
<html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>결제창 (테스트)</title>
<style>body{font:16px system-ui;margin:2rem}button,select{font:inherit;padding:.6rem 1rem;margin:.3rem .3rem 0 0}</style>
<h1>결제창 (테스트)</h1>
<p>${escaped(name)}: ${amount.toLocaleString("ko")}원</p>
<form method="post" action="${escaped(action)}">
<label>카드 <select name="card">${Object.keys(cards).map((card) => `<option>${card}</option>`)}</select></label><br>
<button name="outcome" value="pay">결제하기</button>
<button name="outcome" value="decline">카드사 거절</button>
<button name="outcome" value="close">닫기</button>
</form></html>
`;

/** The shop's address with what Toss adds to it. */
const back = (url: string, added: Record<string, string>): string => {
  const target = new URL(url);
  for (const [name, value] of Object.entries(added)) target.searchParams.set(name, value);
  return target.href;
};

type Asked = { request: IncomingMessage; response: ServerResponse; url: URL; body: string };

/** GET opens the window, POST is the buyer's choice. The address of the form holds what the window was opened with. */
export const window = async ({ request, response, url, body }: Asked, payments: Payments, clientKey: string) => {
  const given = (name: string) => url.searchParams.get(name) ?? "";
  if (given("clientKey") !== clientKey) throw new Refusal("UNAUTHORIZED_KEY");
  if (request.method === "GET") {
    const opening = { orderId: given("orderId"), orderName: given("orderName"), amount: Number(given("amount")) };
    const { payment } = await payments.open(opening);
    url.searchParams.set("paymentKey", payment.paymentKey);
    const html = page(url.pathname + url.search, payment.orderName, payment.totalAmount);
    return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  }
  const form = new URLSearchParams(body);
  const paymentKey = given("paymentKey");
  const go = (location: string) => response.writeHead(303, { location }).end();
  const { orderId, totalAmount } = (await payments.find(paymentKey)).payment;
  if (form.get("outcome") === "pay") {
    await payments.authenticate(paymentKey, form.get("card") ?? "");
    return go(back(given("successUrl"), { amount: String(totalAmount), orderId, paymentKey }));
  }
  // a closed window returns no order id
  if (form.get("outcome") === "close")
    return go(back(given("failUrl"), { code: "PAY_PROCESS_CANCELED", message: "사용자가 결제를 취소하였습니다." }));
  await payments.abort(paymentKey, "REJECT_CARD_COMPANY");
  go(back(given("failUrl"), { code: "REJECT_CARD_COMPANY", message: "결제 승인이 거절되었습니다.", orderId }));
};
