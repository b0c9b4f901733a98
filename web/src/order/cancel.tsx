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

export const Cancel = ({ order, event }: { order: Order; event: Event }) => {
  const [asking, ask] = useState(false);
  const cancelling = useAction(async () => {
    await Buyer.cancel(api, order.orderId);
    await Reads.changed("order", "orders", "wallet", "entries");
  });
  if (serverNow() >= Date.parse(event.cancelUntil)) return null;
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
        <span class="note soft">{w.order.cancelUntil(date(event.cancelUntil))}</span>
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
