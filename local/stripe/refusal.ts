/** What the emulator answers when a request cannot be met, in the shape of Stripe's errors. */
import type Stripe from "stripe";

export type Fault = {
  type: "invalid_request_error" | "card_error" | "api_error" | "idempotency_error";
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
};

export class Refusal extends Error {
  readonly status: number;
  readonly fault: Fault;
  /** Stripe saves an answer under its idempotency key only after the endpoint began its work: never for bad parameters. */
  readonly saved: boolean;
  constructor(status: number, fault: Fault, saved = true) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
    this.saved = saved;
  }
}

export const invalid = (message: string, more: Omit<Fault, "type" | "message"> = {}) =>
  new Refusal(400, { type: "invalid_request_error", message, ...more });

export const badParameter = (code: string, param: string, message: string) =>
  new Refusal(400, { type: "invalid_request_error", code, param, message }, false);

export const missing = (what: string, id: string, param = "id") =>
  new Refusal(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    param,
    message: `No such ${what}: '${id}'`,
  });
