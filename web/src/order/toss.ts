/** Toss's script and its payment window. The script is loaded only to pay by card. */
import { ANONYMOUS, clearTossPayments, loadTossPayments } from "@tosspayments/tosspayments-sdk";
import type { PaymentForm } from "../../../client/shapes.ts";

const connect = async (clientKey: string) => {
  try {
    return await loadTossPayments(clientKey);
  } catch (error) {
    clearTossPayments(); // the SDK also caches a failure
    throw error;
  }
};

/** Leaves the page for the window, which returns to it. Rejects if the window does not open. */
export const openWindow = async ({ reference, amount, clientKey }: PaymentForm, title: string) => {
  const toss = await connect(clientKey);
  const here = location.origin + location.pathname;
  await toss.payment({ customerKey: ANONYMOUS }).requestPayment({
    method: "CARD",
    amount: { currency: "KRW", value: amount },
    orderId: reference,
    orderName: [...title].slice(0, 50).join(""), // 100 UTF-16 units at most
    successUrl: here,
    failUrl: here,
    windowTarget: "self",
  });
};
