/** An event's orders: search, state, e-mails, refund, and ending a refund that the gateway refuses. */
import { useState } from "preact/hooks";
import type { AdminOrder, OrganiserEvent } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { money, w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Failure, Field, Notice } from "../ui/index.tsx";
import { Paged } from "../ui/paged.tsx";
import { said } from "../ui/words.ts";
import { adminOrders, mailAgain, refund, sendTo } from "./desk-reads.ts";
import { EventGate } from "./event-frame.tsx";
import { hasMail, isOwed, type Question, refundOf } from "./order-questions.ts";
import { OrderRow, type Wish } from "./order-rows.tsx";
import css from "./orders-page.module.css";
import { type Filter, filterOf, Search } from "./search.tsx";

const states = ["held", "paying", "confirmed", "refunding", "refunded", "released", "expired"] as const;

type Asked = { order: AdminOrder; onDone: (text: string) => void; onNo: () => void };

/** The e-mails go to another address from now on, and the last one goes there at once. */
const AskAddress = ({ order, onDone, onNo }: Asked) => {
  const [email, type] = useState("");
  const sending = useAction(sendTo);
  const go = async () => {
    const to = email.trim();
    if (await sending.run(order, to, hasMail(order)))
      onDone(hasMail(order) ? `${d.orderMail.changed(to)} ${d.orderMail.sent(to)}` : d.orderMail.changed(to));
  };
  return (
    <Ask text={d.orderMail.ask} yes={d.orderMail.yes} no={d.orderMail.no} busy={sending.busy} onYes={go} onNo={onNo}>
      <Field
        label={d.orderMail.email}
        type="email"
        required
        maxLength={254}
        autocomplete="off"
        value={email}
        wrong={sending.error === undefined ? undefined : said(sending.error)}
        onInput={(input) => type(input.currentTarget.value)}
      />
    </Ask>
  );
};

const AskRefund = ({ order, about, onDone, onNo }: Asked & { about: Exclude<Question["about"], "address"> }) => {
  const [used, setUsed] = useState(false);
  const refunding = useAction(refund);
  const { words, text, yes, no, done } = refundOf(used ? "used" : about);
  const go = async () => {
    const end = await refunding.run(order, words);
    if (end === "used") setUsed(true);
    if (end === "done") onDone(done);
  };
  return (
    <Ask
      key={used ? "used" : about}
      text={text(money(order.total, order.currency))}
      yes={yes}
      no={no}
      busy={refunding.busy}
      onYes={go}
      onNo={onNo}
    >
      {refunding.error !== undefined && <Failure error={refunding.error} />}
    </Ask>
  );
};

const Orders = ({ event, filter }: { event: OrganiserEvent; filter: Filter<(typeof states)[number]> }) => {
  const { eventId } = event;
  const [asked, ask] = useState<Question>();
  const [done, setDone] = useState<string>();
  const [sending, setSending] = useState<string>();
  const mailing = useAction(mailAgain);
  const mail = async (order: AdminOrder) => {
    if (mailing.busy) return;
    setSending(order.orderId);
    if (await mailing.run(order)) setDone(d.orderMail.sent(order.mailTo?.email ?? order.email ?? ""));
  };
  const wish = (order: AdminOrder, what: Wish) => {
    setDone(undefined);
    if (what === "mail") return mail(order);
    mailing.clear();
    return ask({ order, about: what === "address" ? what : isOwed(order) ? "otherwise" : "refund" });
  };
  const answers = {
    onDone: (text: string) => {
      setDone(text);
      ask(undefined);
    },
    onNo: () => ask(undefined),
  };
  return (
    <>
      <div>
        <p class="note soft">{event.title}</p>
        <h1 tabIndex={-1}>{d.orders}</h1>
      </div>
      <Search
        path={`/desk/events/${eventId}/orders`}
        filter={filter}
        label={d.refunds.search}
        maxLength={254}
        stateLabel={d.refunds.status}
        any={d.refunds.any}
        states={states}
        nameOf={(state) => w.order.status[state]}
      />
      <div class={css.outcome}>
        {done && <Notice tone="good">{done}</Notice>}
        {mailing.error !== undefined && <Failure error={mailing.error} />}
      </div>
      <Paged
        key={JSON.stringify(filter)}
        read={(cursor) => adminOrders({ eventId, ...filter }, cursor)}
        class={css.orders}
        row={(order) => (
          <OrderRow
            key={order.orderId}
            order={order}
            event={event}
            busy={mailing.busy && sending === order.orderId}
            onWish={(what) => wish(order, what)}
          />
        )}
        empty={<p>{d.refunds.none}</p>}
        height="16rem"
      />
      {asked?.about === "address" && <AskAddress order={asked.order} {...answers} />}
      {asked && asked.about !== "address" && <AskRefund order={asked.order} about={asked.about} {...answers} />}
    </>
  );
};

export default function OrdersPage({ params, query }: PageProps) {
  return (
    <EventGate
      eventId={params.eventId ?? ""}
      title={d.orders}
      needs="box-office"
      page={(event) => <Orders event={event} filter={filterOf(query, states)} />}
    />
  );
}
