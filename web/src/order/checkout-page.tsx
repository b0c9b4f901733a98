/** The checkout: the held seats, the time left, the payment methods, and the result. */
import { useEffect, useRef, useState } from "preact/hooks";
import { codeOf, passing } from "../../../client/problem.ts";
import type { Event, Order, Pay, PaymentMethods } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { release } from "../map/hold.ts";
import { useAction, useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { clockFace, useNow } from "../ui/clock.ts";
import { Button, Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { attemptOf, type Came } from "./attempt.ts";
import { Bank } from "./bank.tsx";
import { useHeading } from "./heading.ts";
import css from "./order.module.css";
import { OrderLines } from "./order-lines.tsx";
import { cameBack, declined, ended, isPayable, waitsForBuyer } from "./outcome.ts";
import { beginsHere, comeBack, isSettling, nextRead, noteBegun, openWindow, pay, payAsKept, spent } from "./pay.ts";
import { type Chosen, isOffered, Methods } from "./payment-methods.tsx";
import { Refused } from "./refused.tsx";
import { came, returned } from "./returned.ts";
import { Settling } from "./settling.tsx";
import type { CardForm } from "./stripe.ts";

const Timer = ({ left }: { left: number }) => (
  <div class={css.timer} role="timer" data-late={left < 60_000 || undefined}>
    <span>{w.checkout.left}</span>
    <b class="number">{clockFace(left)}</b>
  </div>
);

const Over = ({ order }: { order: Order }) => {
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

const Held = ({
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

/** Which view of the page fits the order. */
const faceOf = (order: Order): "over" | "bank" | "settling" | "held" | "elsewhere" => {
  if (order.status === "expired" || order.status === "released") return "over";
  if (waitsForBuyer(order)) return "bank";
  if (isSettling(order) || order.status === "confirmed") return "settling";
  return order.status === "held" ? "held" : "elsewhere";
};

const Checkout = ({ orderId }: { orderId: string }) => {
  const since = useRef(Date.now());
  const back = useRef(returned);
  const query = useQuery({
    ...Reads.order(orderId),
    refetchInterval: ({ state }) => nextRead(state.data, since.current),
    refetchIntervalInBackground: true,
  });
  const order = query.data;
  const event = useQuery({ ...Reads.event(order?.eventId ?? ""), enabled: order !== undefined, staleTime: 60_000 });
  const status = order?.status;
  const face = order && faceOf(order);
  useHeading(face);
  useEffect(() => {
    if (!order || (status !== "confirmed" && status !== "refunding" && status !== "refunded")) return;
    if (status === "confirmed") spent(order.eventId);
    Reads.changed("orders", "wallet", "entries", "availability");
    go(`/orders/${order.orderId}`, { replace: true });
  }, [status]);
  if (!order)
    return query.isError ? (
      <Failure error={query.error} text={w.order.failed} retry={() => query.refetch()} />
    ) : (
      <Skeleton height="24rem" />
    );
  const lost = query.isError && codeOf(query.error) === "offline";
  const action = order.payment?.action;
  if (face === "over") return <Over order={order} />;
  if (face === "bank" && action)
    return (
      <Bank
        key={order.payment?.attemptId}
        task={{
          text: w.checkout.bank.text(money(order.total, order.currency)),
          begins: () => beginsHere(order),
          noteBegun: () => noteBegun(order),
          comeBack: (cancel) => comeBack(order, cancel),
        }}
        action={action}
        returned={back.current}
        lost={lost}
        settling={<Settling order={order} lost={lost} />}
      />
    );
  if (face === "settling") return <Settling order={order} lost={lost} />;
  if (face !== "held") return <LinkButton href={`/orders/${orderId}`}>{w.order.title}</LinkButton>;
  return (
    <Held
      order={order}
      event={event.data}
      lost={lost}
      back={back.current ? came : undefined}
      onSent={() => {
        since.current = Date.now();
        back.current = false;
        query.refetch();
      }}
    />
  );
};

export default function CheckoutPage({ params }: PageProps) {
  const user = useUser();
  const orderId = params.orderId ?? "";
  useEffect(() => {
    if (!user) go(`/sign-in?to=${encodeURIComponent(`/orders/${orderId}/pay`)}`, { replace: true });
  }, [user]);
  return <div class={css.page}>{user && <Checkout key={user} orderId={orderId} />}</div>;
}
