/**
 * Tests what core/gateway/provider.ts promises about each method, on a provider itself, over its own wire. A method without a promise here
 * does not compile.
 */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromOrderId, GatewayRefused, type PaymentProvider, provider } from "#core/gateway/index.ts";
import * as Ids from "#core/lib/ids.ts";
import { type Given, total } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";

type Promises = Record<Exclude<keyof PaymentProvider, "name" | "webhookStatus">, Record<string, () => Promise<void>>>;

export const promises = <G extends Gateway>({ shared, known, held, token }: Given<G>) => {
  const gateway = () => provider(shared.at.name);

  /** A payment without an order, with the arguments of `prepare` and `authorise`. */
  const prepared = async (behaviour: Behaviour = "approved") => {
    const order = await held();
    known.undone.add(order.orderId); // the order itself has no record of it
    const key = randomUUID();
    const reference = `${order.user.userId}.${order.orderId}.${Ids.derive(order.orderId, key)}`;
    const request = { reference, amount: total, token: await token(order, behaviour, key), key: reference };
    const { paymentId } = await gateway().prepare({ ...request, currency: "KRW" });
    const authorise = (again = "") =>
      gateway().authorise({ ...request, paymentId, returnUrl: "https://shop.example", key: `${reference}:${again}` });
    const inLedger = () => shared.at.paymentsOf(order.orderId);
    return { paymentId, reference, request, authorise, inLedger };
  };
  const captured = async () => {
    const payment = await prepared();
    await payment.authorise();
    await gateway().capture({ paymentId: payment.paymentId, key: `${payment.reference}:capture` });
    return payment;
  };
  /** The result of a change, or its refusal; any other error breaks the contract. */
  const outcome = async (change: Promise<{ status: string }>) =>
    change.then(
      ({ status }) => status,
      (error: unknown) => (GatewayRefused.is(error) ? "refused" : Promise.reject(error)),
    );

  const all: Promises = {
    prepare: {
      "charges nothing, makes one payment per key, and has its owner and amount": async () => {
        const { paymentId, reference, request, inLedger } = await prepared();
        const again = await gateway().prepare({ ...request, currency: "KRW" });
        expect(again).toMatchObject({ paymentId, reference, amount: total, currency: "KRW", status: "prepared" });
        expect(again.refunded).toBe(0);
        expect(inLedger().filter(({ status }) => ["authorised", "captured"].includes(status))).toEqual([]);
        expect(inLedger().length).toBeLessThanOrEqual(1);
      },
    },
    authorise: {
      "asks a card once, even in parallel and with another key": async () => {
        const { authorise, inLedger } = await prepared();
        await Promise.allSettled([authorise(), authorise()]);
        const yes = shared.at.takesAtOnce ? "captured" : "authorised";
        expect(await authorise("later")).toMatchObject({ status: yes, amount: total });
        expect(inLedger().map(({ status, amount }) => [status, amount])).toEqual([[yes, total]]);
      },
      "answers a declined card with its reason, and throws nothing": async () => {
        const { authorise } = await prepared("declined");
        const { status, reason } = await authorise();
        expect([status, reason]).toEqual(["declined", shared.at.codes.declined]);
      },
    },
    capture: {
      "captures the amount once": async () => {
        const { paymentId, reference, inLedger } = await captured();
        const again = gateway().capture({ paymentId, key: `${reference}:capture` });
        expect(["captured", "refused"]).toContain(await outcome(again));
        expect(inLedger().map(({ status, amount }) => [status, amount])).toEqual([["captured", total]]);
      },
      "never captures a voided payment": async () => {
        const { paymentId, reference, authorise, inLedger } = await prepared();
        if (shared.at.takesAtOnce) return;
        await authorise();
        await gateway().void({ paymentId, key: `${reference}:void` });
        expect(["voided", "refused"]).toContain(
          await outcome(gateway().capture({ paymentId, key: `${reference}:capture` })),
        );
        expect(inLedger().map(({ status }) => status)).toEqual(["voided"]);
      },
    },
    void: {
      "does not return captured money": async () => {
        const { paymentId, reference, inLedger } = await captured();
        expect(await outcome(gateway().void({ paymentId, key: `${reference}:void` }))).toBe("refused");
        expect(inLedger()).toMatchObject([{ status: "captured", refunded: 0 }]);
      },
      "voids an authorisation, any number of times": async () => {
        const { paymentId, reference, authorise, inLedger } = await prepared();
        if (shared.at.takesAtOnce) return;
        await authorise();
        const letGo = () => outcome(gateway().void({ paymentId, key: `${reference}:void` }));
        expect(await letGo()).toBe("voided");
        expect(["voided", "refused"]).toContain(await letGo());
        expect(inLedger().map(({ status }) => status)).toEqual(["voided"]);
      },
    },
    refund: {
      "is made once per id, even in parallel, and never returns more than was captured": async () => {
        const { paymentId, inLedger } = await captured();
        const part = (key: string, amount: number) => gateway().refund({ paymentId, amount, key });
        await Promise.allSettled([part("rf_one", 5_000), part("rf_one", 5_000)]);
        expect(await part("rf_one", 5_000)).toMatchObject({ status: "partially_refunded", refunded: 5_000 });
        expect(await outcome(part("rf_two", total))).toBe("refused");
        expect(inLedger()).toMatchObject([{ refunded: 5_000 }]);
      },
    },
    get: {
      "changes nothing, and answers a payment in each state": async () => {
        const { paymentId, authorise } = await prepared();
        expect(await gateway().get(paymentId)).toMatchObject({ paymentId, status: "prepared" });
        const { status } = await authorise();
        expect([await gateway().get(paymentId), await gateway().get(paymentId)]).toMatchObject([
          { status },
          { status },
        ]);
      },
    },
    disputed: {
      "is false for a payment without a dispute": async () => {
        const { paymentId } = await captured();
        expect(await gateway().disputed(paymentId)).toBe(false);
      },
    },
    find: {
      "answers the payment of a reference, and none for an unknown one": async () => {
        const { paymentId, reference } = await captured();
        expect((await gateway().find(reference)).map((payment) => payment.paymentId)).toEqual([paymentId]);
        const [user, order] = reference.split(".");
        expect(await gateway().find(`${user}.${order}.${Ids.derive(order ?? "", randomUUID())}`)).toEqual([]);
      },
    },
    form: {
      "names itself, if there is one, and shows nothing but public keys": async () => {
        const form = gateway().form();
        expect([undefined, shared.at.name]).toContain(form?.provider);
        expect(JSON.stringify(form)).not.toMatch(/sk_|whsec/);
      },
    },
    window: {
      "names the payment as the gateway answers for it": async () => {
        const { reference } = await prepared();
        const opened = gateway().window(reference);
        expect(opened === undefined).toBe(shared.at.name !== "toss");
        if (opened) expect(fromOrderId(opened.reference)).toBe(reference);
      },
    },
    webhook: {
      "says nothing of what is not proven to be the gateway's": async () => {
        const { paymentId, reference } = await prepared();
        const raw = Buffer.from(JSON.stringify({ paymentId, reference, data: { paymentKey: paymentId } }));
        for (const secret of [undefined, "guessed"])
          expect(
            await gateway()
              .webhook({ headers: {}, raw, secret, now: Date.now() })
              .catch(({ kind }) => kind.code),
          ).toBeOneOf([undefined, "webhook.bad_signature"]);
      },
    },
    refusal: {
      "makes no call, and allows the price of a ticket": async () => {
        expect(gateway().refusal(total, "KRW")).toBeUndefined();
      },
    },
  };

  for (const [method, kept] of Object.entries(all))
    describe(`a provider's ${method}`, () => {
      for (const [promise, keep] of Object.entries(kept)) test(promise, keep);
    });
};
