/** The checkout while the seats are held: the time left, the payment methods, and the button that pays. */
import { useEffect, useState } from "preact/hooks";
import { passing } from "../../../client/problem.ts";
import type { Event, Order, Pay, PaymentMethods } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { release } from "../map/hold.ts";
import { useAction, useQuery } from "../query.ts";
import { go } from "../router.tsx";
import { clockFace, useNow } from "../ui/clock.ts";
import { Button, Failure, LinkButton, Notice, Title } from "../ui/index.tsx";
import { attemptOf, type Came } from "./attempt.ts";
import css from "./order.module.css";
import { OrderLines } from "./order-lines.tsx";
import { cameBack, declined, ended, isPayable } from "./outcome.ts";
import { openWindow, pay, payAsKept } from "./pay.ts";
import { type Chosen, isOffered, Methods } from "./payment-methods.tsx";
import { Refused } from "./refused.tsx";
import type { CardForm } from "./stripe.ts";

export const Held = ({
  order,
  event,
  lost,
  back,
  onSent,
}: {
  order: Order;
  event: Event | undefined;
  lost: boolean;
  /** The buyer has just come back from the gateway's window, without a payment. */
  back: Came | undefined;
  onSent: () => void;
}) => {
  const payBy = Date.parse(order.payBy);
  const now = useNow(payBy);
  const krw = order.currency === "KRW";
  const methods = useQuery(Reads.methods());
  const card = methods.data?.card;
  const attempt = attemptOf(order.orderId);
  const [chosen, choose] = useState<Chosen>({
    method: order.total === 0 ? "points" : krw && !attempt ? (order.payment?.method ?? "points") : "card",
    token: "tok_approve",
  });
  const [form, setForm] = useState<CardForm>();
  const paying = useAction(async () => {
    if (chosen.method === "card" && (await payAsKept(order))) return true;
    if (chosen.method === "card" && card?.provider === "toss") {
      await openWindow(order, event?.title ?? w.checkout.title);
      return false;
    }
    const request = await requestOf(order, chosen, card, form);
    if (!request) return false; // the form says what is missing
    try {
      await pay(order, request);
    } catch (error) {
      if (!passing(error)) form?.forget();
      throw error;
    }
    return true;
  });
  const send = async () => {
    if (await paying.run()) onSent();
  };
  useEffect(() => {
    if (attempt?.token && isPayable(order, now)) send();
  }, []);
  const releasing = useAction(async () => {
    await release(order.orderId);
    return true;
  });
  const wallet = useQuery({ ...Reads.wallet(), enabled: krw });
  const short = chosen.method === "points" && (wallet.data?.balance ?? 0) < order.total;
  const waits = chosen.method === "card" && (!isOffered(card, order) || (card?.provider === "stripe" && !form));
  if (!isPayable(order, now)) return <Over order={order} />;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (paying.busy || short || waits) return;
    await send();
  };
  const giveBack = async () => {
    if (await releasing.run()) go(`/events/${order.eventId}/seats`, { replace: true });
  };
  return (
    <>
      <Title>{w.checkout.title}</Title>
      <div class="stack">
        <p class="note soft">{event?.title}</p>
        <h1 tabIndex={-1}>{w.checkout.title}</h1>
        <Timer left={payBy - now} />
      </div>
      {lost && <Notice tone="warn">{w.checkout.lost}</Notice>}
      <Declined order={order} back={back} />
      <OrderLines order={order} event={event} />
      <form class="stack" onSubmit={submit}>
        <Methods order={order} chosen={chosen} onChoose={choose} onForm={setForm} />
        <div role="status">{attempt?.token && paying.busy && <Notice>{w.checkout.window.completing}</Notice>}</div>
        {paying.error !== undefined && <Refused error={paying.error} />}
        <Button type="submit" look="signal" big wide busy={paying.busy} disabled={short || waits}>
          {order.total === 0 ? w.checkout.payNothing : w.checkout.pay(money(order.total, order.currency))}
        </Button>
        {releasing.error !== undefined && <Failure error={releasing.error} />}
        <Button look="plain" busy={releasing.busy} onClick={giveBack}>
          {w.checkout.release}
        </Button>
      </form>
    </>
  );
};

const Timer = ({ left }: { left: number }) => (
  <div class={css.timer} role="timer" data-late={left < 60_000 || undefined}>
    <span>{w.checkout.left}</span>
    <b class="number">{clockFace(left)}</b>
  </div>
);

/** Why the last payment failed, and until when another can be tried. */
const Declined = ({ order, back }: { order: Order; back: Came | undefined }) => {
  const reason = back ? cameBack(back) : declined(order);
  if (!reason) return null;
  return (
    <Notice tone="bad">
      <span>
        <b>{reason.title}.</b> {reason.fact} {w.checkout.heldUntil(date(order.payBy, "time"))} {reason.next}
      </span>
    </Notice>
  );
};

type Card = PaymentMethods["card"] | undefined;

/** The request to pay; undefined if the gateway's form is incomplete, which the form itself shows. */
const requestOf = async (order: Order, chosen: Chosen, card: Card, form?: CardForm): Promise<Pay | undefined> => {
  if (chosen.method === "points") return { method: "points" };
  const token = card?.provider === "sandbox" ? chosen.token : await form?.token(order.total);
  return token === undefined ? undefined : { method: "card", card: { token } };
};

export const Over = ({ order }: { order: Order }) => {
  const { title, text } = ended(order);
  return (
    <div class="stack">
      <Title>{title}</Title>
      <h1 tabIndex={-1}>{title}</h1>
      <p role="status">{text}</p>
      <div>
        <LinkButton look="signal" big href={`/events/${order.eventId}/seats`}>
          {w.checkout.again}
        </LinkButton>
      </div>
    </div>
  );
};
