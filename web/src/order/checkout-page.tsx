/** The checkout: the view that fits the order now. */
import { useEffect, useRef } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { Order } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { Failure, LinkButton, Skeleton } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Bank } from "./bank.tsx";
import { useHeading } from "./heading.ts";
import { Held, Over } from "./held.tsx";
import { waitsForBuyer } from "./outcome.ts";
import { beginsHere, comeBack, isSettling, nextRead, noteBegun, spent } from "./pay.ts";
import { came, returned } from "./returned.ts";
import { Settling } from "./settling.tsx";

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
  return <div class="column">{user && <Checkout key={user} orderId={orderId} />}</div>;
}
