/** The checkout: what is held, for how long, how to pay, and the outcome as it settles. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Event, Order } from "../api/client.ts";
import { codeOf } from "../api/problem.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { release } from "../map/hold.ts";
import { useAction, useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { clockFace, useNow } from "../ui/clock.ts";
import { Button, Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./order.module.css";
import { OrderLines } from "./order-lines.tsx";
import { declined, ended, isPayable } from "./outcome.ts";
import { isSettling, nextRead, pay, spent } from "./pay.ts";
import { type Chosen, Methods } from "./payment-methods.tsx";

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

/** The payment is on its way; nothing more is to be done here. */
const Settling = ({ order, lost }: { order: Order; lost: boolean }) => {
  const began = useRef(Date.now());
  const now = useNow();
  const slow = Date.now() - began.current > 12_000 && now > 0;
  const done = order.status === "paying" ? 1 : 0;
  return (
    <div class="stack">
      <Title>{w.checkout.sent}</Title>
      <h1 tabIndex={-1}>{w.checkout.sent}</h1>
      <p>{w.checkout.sentText}</p>
      <ol class={css.steps}>
        {w.checkout.steps.map((step, index) => (
          <li key={step} data-done={index <= done || undefined} data-now={index === done + 1 || undefined}>
            {step}
          </li>
        ))}
      </ol>
      <div role="status">
        {lost ? <Notice tone="warn">{w.app.offline}</Notice> : slow && <Notice tone="warn">{w.checkout.slow}</Notice>}
      </div>
    </div>
  );
};

/** Why the last payment did not go through, and until when another one can be tried. */
const Declined = ({ order }: { order: Order }) => {
  const reason = declined(order);
  if (!reason) return null;
  return (
    <Notice tone="bad">
      <span>
        <b>{reason.title}.</b> {reason.fact} {w.checkout.heldUntil(date(order.payBy, "time"))} {reason.next}
      </span>
    </Notice>
  );
};

const Held = ({
  order,
  event,
  lost,
  onSent,
}: {
  order: Order;
  event: Event | undefined;
  lost: boolean;
  onSent: () => void;
}) => {
  const payBy = Date.parse(order.payBy);
  const now = useNow(payBy);
  const [chosen, choose] = useState<Chosen>({
    method: order.currency === "KRW" ? "points" : "card",
    token: "tok_approve",
  });
  const paying = useAction(pay);
  const releasing = useAction(async () => {
    await release(order.orderId);
    return true;
  });
  const wallet = useQuery({ ...Reads.wallet(), enabled: order.currency === "KRW" });
  const short = chosen.method === "points" && (wallet.data?.balance ?? 0) < order.total;
  if (!isPayable(order, now)) return <Over order={order} />;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (paying.busy || short) return;
    const request =
      chosen.method === "points"
        ? ({ method: "points" } as const)
        : ({ method: "card", card: { token: chosen.token } } as const);
    if (await paying.run(order, request)) onSent();
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
      <Declined order={order} />
      <OrderLines order={order} event={event} />
      <form class="stack" onSubmit={submit}>
        <Methods order={order} chosen={chosen} onChoose={choose} />
        {paying.error !== undefined && <Failure error={paying.error} />}
        <Button type="submit" look="signal" big wide busy={paying.busy} disabled={short}>
          {w.checkout.pay(money(order.total, order.currency))}
        </Button>
        {releasing.error !== undefined && <Failure error={releasing.error} />}
        <Button look="plain" busy={releasing.busy} onClick={giveBack}>
          {w.checkout.release}
        </Button>
      </form>
    </>
  );
};

const Checkout = ({ orderId }: { orderId: string }) => {
  const since = useRef(Date.now());
  const query = useQuery({
    ...Reads.order(orderId),
    refetchInterval: ({ state }) => nextRead(state.data, since.current),
    refetchIntervalInBackground: true,
  });
  const order = query.data;
  const event = useQuery({ ...Reads.event(order?.eventId ?? ""), enabled: order !== undefined, staleTime: 60_000 });
  const status = order?.status;
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
  if (order.status === "expired" || order.status === "released") return <Over order={order} />;
  const lost = query.isError && codeOf(query.error) === "offline";
  if (isSettling(order) || order.status === "confirmed") return <Settling order={order} lost={lost} />;
  if (order.status !== "held") return <LinkButton href={`/orders/${orderId}`}>{w.order.title}</LinkButton>;
  return (
    <Held
      order={order}
      event={event.data}
      lost={lost}
      onSent={() => {
        since.current = Date.now();
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
