/** The button that cancels an order, after a question. */
import { useState } from "preact/hooks";
import * as Buyer from "../../../client/buyer.ts";
import type { Event, Order } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { Ask } from "../ui/ask.tsx";
import { Button, Failure } from "../ui/index.tsx";

/** A postponed event lets its buyers return their tickets for longer. Instants in ISO 8601 sort as text. */
const returnsUntil = ({ cancelUntil, postponed }: Event): string =>
  postponed && postponed.refundUntil > cancelUntil ? postponed.refundUntil : cancelUntil;

export const Cancel = ({ order, event }: { order: Order; event: Event }) => {
  const [asking, ask] = useState(false);
  const cancelling = useAction(async () => {
    await Buyer.cancel(api, order.orderId);
    await Reads.changed("order", "orders", "wallet", "entries");
  });
  const until = returnsUntil(event);
  if (serverNow() >= Date.parse(until)) return null;
  const cancel = async () => {
    await cancelling.run();
    ask(false);
  };
  return (
    <>
      <div class="row">
        <Button look="danger" onClick={() => ask(true)}>
          {w.order.cancel}
        </Button>
        <span class="note soft">{w.order.cancelUntil(date(until))}</span>
      </div>
      {cancelling.error !== undefined && <Failure error={cancelling.error} />}
      {asking && (
        <Ask
          text={w.order.cancelAsk(money(order.total, order.currency))}
          yes={w.order.cancelYes}
          no={w.order.cancelNo}
          busy={cancelling.busy}
          onYes={cancel}
          onNo={() => ask(false)}
        />
      )}
    </>
  );
};
