/** Orders at each stage of a payment by card, and a gateway that refuses or does not answer. */
import { expect, vi } from "vitest";
import { GatewayRefused, GatewaySilent, type PaymentProvider, provider } from "#core/gateway/index.ts";
import { type counter, deliver, intercept } from "./bank.ts";
import type { User } from "./harness.ts";
import { ofUser } from "./shop.ts";

export const later = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
export const card = { method: "card", card: { token: "tok_approve" } };
type Call = "authorise" | "capture" | "void" | "refund" | "get" | "find";
export const allCalls: Call[] = ["authorise", "capture", "void", "refund", "get", "find"];
/** The gateway refuses these calls, or does not answer them, until the returned function is called. */
export const gateway = (how: "refuses" | "is silent at", calls: Call[]) => {
  const error = how === "refuses" ? GatewayRefused("no") : GatewaySilent("no answer");
  const spies = calls.map((call) =>
    vi.spyOn(provider("sandbox") as unknown as Record<Call, PaymentProvider["void"]>, call),
  );
  for (const spy of spies) spy.mockRejectedValue(error);
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
};

export type Case = { user: User; eventId: string; orderId: string };

export const cardOrders = (shared: ReturnType<typeof counter>) => {
  const held = async (overrides: Record<string, unknown> = {}, balance = 0): Promise<Case> => {
    const { eventId } = await shared.at.stage.event({ holdSeconds: 3_600, ...overrides });
    const user = await shared.at.stage.user({ balance });
    const { orderId } = await shared.steps.held(user, { eventId, seats: ["A-1-1", "A-1-2"] });
    return { user, eventId, orderId };
  };
  const confirmed = async (overrides: Record<string, unknown> = {}): Promise<Case> => {
    const order = await held(overrides);
    await shared.steps.pay(order.user, order.orderId, card);
    await shared.at.stage.settle();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
    return order;
  };
  /** Authorised at the gateway and confirmed here, before the capture. */
  const uncaptured = async (): Promise<Case> => {
    const order = await held();
    await shared.steps.pay(order.user, order.orderId, card);
    const [message = ""] = await intercept(shared.at.stage);
    const again = gateway("is silent at", ["capture"]);
    expect(await deliver(message)).toBe(1);
    again();
    expect((await shared.steps.get(order.user, order.orderId)).status).toBe("confirmed");
    return order;
  };
  const stored = async ({ user, orderId }: Case) => (await ofUser(user)).find((item) => item.orderId === orderId);
  const basket = async ({ user }: Case) => (await ofUser(user)).find(({ sk }) => sk.startsWith("BASKET#"));
  const charged = (orderId: string) =>
    shared.at.paymentsOf(orderId).map(({ status, amount, refunded }) => [status, amount - refunded]);
  const ticketOf = async ({ user, orderId }: Case) =>
    ((await shared.steps.get(user, orderId)).tickets as { code: string }[])[0]?.code;
  const checkIn = ({ eventId }: Case, code: string | undefined) =>
    shared.at.stage.call("POST /v1/admin/check-ins", { token: shared.admin.token, body: { eventId, code } });
  const settledDebts = async (order: Case) => {
    const { owed, open } = (await stored(order)) ?? {};
    expect([owed, open]).toEqual([undefined, undefined]);
  };

  return { held, confirmed, uncaptured, stored, basket, charged, ticketOf, checkIn, settledDebts };
};
