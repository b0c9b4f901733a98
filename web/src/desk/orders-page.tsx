/** An event's orders: search, state, refund, and ending a refund that the gateway refuses. */
import { useState } from "preact/hooks";
import type { AdminOrder, OrganiserEvent } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { money, w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Failure, Field, Notice, Select } from "../ui/index.tsx";
import css from "./desk.module.css";
import { refund } from "./desk-reads.ts";
import { EventGate } from "./event-frame.tsx";
import { type Filter, Rows } from "./order-rows.tsx";

const states = ["held", "paying", "confirmed", "refunding", "refunded", "released", "expired"] as const;

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

const Orders = ({ event, query }: { event: OrganiserEvent; query: URLSearchParams }) => {
  const [typed, type] = useState(query.get("q") ?? "");
  const wanted = states.find((state) => state === query.get("status")) ?? "";
  const [filter, setFilter] = useState<Filter>({ eventId: event.eventId, q: typed, status: wanted });
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
      <div>
        <p class="note soft">{event.title}</p>
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
            <th scope="col">{d.refunds.seats}</th>
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

export default function OrdersPage({ params, query }: PageProps) {
  return (
    <EventGate
      eventId={params.eventId ?? ""}
      title={d.orders}
      needs="box-office"
      page={(event) => <Orders event={event} query={query} />}
    />
  );
}
