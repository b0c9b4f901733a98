/** An event's orders: search, state, refund, and ending a refund that the gateway refuses. */
import { useState } from "preact/hooks";
import type { AdminOrder, Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { date, money, w } from "../i18n/index.ts";
import { seatName } from "../order/order-lines.tsx";
import { OrderPill } from "../order/order-pill.tsx";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask, Button, Failure, Field, Notice, Select, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import { adminOrders, refund } from "./desk-reads.ts";
import { Gate, Tabs } from "./gate.tsx";

const states = ["held", "paying", "confirmed", "refunding", "refunded", "released", "expired"] as const;

const Row = ({
  order,
  event,
  onRefund,
}: {
  order: AdminOrder;
  event: Event | undefined;
  onRefund: (order: AdminOrder) => void;
}) => (
  <tr>
    <td>
      <span class="mono">{order.orderId}</span>
      <br />
      <span class="soft">{order.email ?? order.userId}</span>
    </td>
    <td>
      {order.seats.map((seat) => (
        <div key={seat.seatId}>{seatName(seat, event)}</div>
      ))}
    </td>
    <td>{date(order.createdAt, "short")}</td>
    <td class="number">{money(order.total, order.currency)}</td>
    <td>
      <OrderPill order={order} />
      {order.payment?.disputed && <p class="note soft">{d.refunds.disputed}</p>}
      {order.status === "confirmed" && !order.payment?.disputed && (
        <div>
          <Button look="plain" onClick={() => onRefund(order)}>
            {d.refunds.refund}
          </Button>
        </div>
      )}
      {order.status === "refunding" && (
        <div>
          {order.payment?.refund === "failed" && <p class="note soft">{d.refunds.failed}</p>}
          <Button look="plain" onClick={() => onRefund(order)}>
            {d.refunds.otherwise}
          </Button>
        </div>
      )}
    </td>
  </tr>
);

type Question = { order: AdminOrder; about: "refund" | "used" | "otherwise" };

/** The question in the dialog: refund, refund although tickets were used, or record a refund made in another way. */
const asks = ({ about }: Question) => {
  const { ask, yes, no, done, askUsed, yesUsed, otherwiseAsk, otherwiseYes, otherwiseNo, otherwiseDone } = d.refunds;
  return {
    refund: { words: {}, text: ask, yes, no, done },
    used: { words: { force: true as const }, text: askUsed, yes: yesUsed, no, done },
    otherwise: {
      ...{ words: { returnedOtherwise: true as const }, text: otherwiseAsk, yes: otherwiseYes },
      ...{ no: otherwiseNo, done: otherwiseDone },
    },
  }[about];
};

type Filter = { eventId: string; q: string; status: AdminOrder["status"] | "" };

const Rows = ({
  filter,
  cursor,
  event,
  onRefund,
}: {
  filter: Filter;
  cursor?: string;
  event: Event | undefined;
  onRefund: (order: AdminOrder) => void;
}) => {
  const list = useQuery({ ...adminOrders(filter, cursor), refetchInterval: 5_000 });
  const [more, setMore] = useState(false);
  const cell = (content: preact.ComponentChildren) => (
    <tr>
      <td colSpan={5}>{content}</td>
    </tr>
  );
  if (list.isError && !list.data) return cell(<Failure error={list.error} retry={() => list.refetch()} />);
  if (!list.data) return cell(<Skeleton height="4rem" />);
  const { items, next } = list.data;
  if (items.length === 0 && !cursor) return cell(d.refunds.none);
  return (
    <>
      {items.map((order) => (
        <Row key={order.orderId} order={order} event={event} onRefund={onRefund} />
      ))}
      {next && more && <Rows filter={filter} cursor={next} event={event} onRefund={onRefund} />}
      {next &&
        !more &&
        cell(
          <Button look="quiet" onClick={() => setMore(true)}>
            {w.app.more}
          </Button>,
        )}
    </>
  );
};

const Orders = ({ eventId }: { eventId: string }) => {
  const { data: event } = useQuery({ ...Reads.event(eventId), staleTime: 60_000 });
  const [typed, type] = useState("");
  const [filter, setFilter] = useState<Filter>({ eventId, q: "", status: "" });
  const [asked, ask] = useState<Question>();
  const [done, setDone] = useState<string>();
  const refunding = useAction(refund);
  const go = async () => {
    if (!asked) return;
    const { words, done } = asks(asked);
    const end = await refunding.run(asked.order, words);
    setDone(end === "done" ? done : undefined);
    ask(end === "used" ? { ...asked, about: "used" } : undefined);
  };
  return (
    <>
      <Tabs eventId={eventId} />
      <div>
        <p class="note soft">{event?.title}</p>
        <h1 tabIndex={-1}>{d.orders}</h1>
      </div>
      <form
        class={css.two}
        onSubmit={(submitted) => {
          submitted.preventDefault();
          setFilter({ ...filter, q: typed.trim() });
        }}
      >
        <Field
          label={d.refunds.search}
          type="search"
          maxLength={254}
          value={typed}
          onInput={(input) => type(input.currentTarget.value)}
          onBlur={() => setFilter({ ...filter, q: typed.trim() })}
        />
        <Select
          label={d.refunds.status}
          value={filter.status}
          onChange={(changed) => setFilter({ ...filter, status: changed.currentTarget.value as Filter["status"] })}
        >
          <option value="">{d.refunds.any}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {w.order.status[state]}
            </option>
          ))}
        </Select>
      </form>
      {done && <Notice tone="good">{done}</Notice>}
      {refunding.error !== undefined && <Failure error={refunding.error} />}
      <table class={css.table}>
        <thead>
          <tr>
            <th scope="col">{w.order.number}</th>
            <th scope="col">{w.checkout.seats}</th>
            <th scope="col">{w.order.placed}</th>
            <th scope="col">{w.checkout.total}</th>
            <th scope="col">{d.refunds.status}</th>
          </tr>
        </thead>
        <tbody>
          <Rows
            key={JSON.stringify(filter)}
            filter={filter}
            event={event}
            onRefund={(order) => ask({ order, about: order.status === "refunding" ? "otherwise" : "refund" })}
          />
        </tbody>
      </table>
      {asked && (
        <Ask
          key={asked.about}
          text={asks(asked).text(money(asked.order.total, asked.order.currency))}
          yes={asks(asked).yes}
          no={asks(asked).no}
          busy={refunding.busy}
          onYes={go}
          onNo={() => ask(undefined)}
        />
      )}
    </>
  );
};

export default function OrdersPage({ params }: PageProps) {
  return (
    <Gate title={d.orders}>
      <Orders eventId={params.eventId ?? ""} />
    </Gate>
  );
}
