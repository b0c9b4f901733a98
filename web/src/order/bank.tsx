/** The buyer's bank asks them to confirm (3-D Secure, or a page of its own): begun here, taken up again by a reload or another tab. */
import { useEffect, useState } from "preact/hooks";
import type { Order, Schemas } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { Button, Failure, Notice, Title } from "../ui/index.tsx";
import { useHeading } from "./heading.ts";
import { beginsHere, comeBack, noteBegun } from "./pay.ts";
import { Settling } from "./settling.tsx";

export type Action = NonNullable<NonNullable<Schemas["Order"]["payment"]>["action"]>;

/** The gateway is asked this often, and for this long, before the buyer is offered the bank's page again. */
const ASK_MS = 3_000;
const CHECK_MS = 15_000;

export const Bank = ({
  order,
  action,
  returned,
  lost,
}: {
  order: Order;
  action: Action;
  /** The buyer has just come back by a redirect. */
  returned: boolean;
  lost: boolean;
}) => {
  const [checking, check] = useState(returned);
  useHeading(checking);
  const [unfinished, setUnfinished] = useState(false);
  const { data: methods } = useQuery(Reads.methods());
  const publishableKey = methods?.card?.provider === "stripe" ? methods.card.publishableKey : undefined;

  const beginning = useAction(async () => {
    setUnfinished(false);
    noteBegun(order);
    if (action.type === "redirect") {
      location.assign(action.url);
      return;
    }
    const { nextAction } = await import("./stripe.ts");
    const answered = await nextAction(publishableKey ?? "", action.clientSecret);
    if (answered) check(true);
    else setUnfinished(true);
  });
  const cancelling = useAction(async () => {
    await comeBack(order, true);
    return new Promise<void>((resolve) => setTimeout(resolve, CHECK_MS)); // until the order says so
  });

  const able = action.type === "redirect" || publishableKey !== undefined;
  useEffect(() => {
    if (!able || checking) return;
    if (beginsHere(order)) beginning.run();
    else comeBack(order).catch(() => {}); // it may have been done where nobody could say so
  }, [able]);

  useEffect(() => {
    if (!checking) return;
    const ask = () => comeBack(order).catch(() => {}); // asked again below
    ask();
    const asking = setInterval(ask, ASK_MS);
    const ending = setTimeout(() => {
      check(false);
      setUnfinished(true);
    }, CHECK_MS);
    return () => {
      clearInterval(asking);
      clearTimeout(ending);
    };
  }, [checking]);

  if (checking) return <Settling order={order} lost={lost} />;
  return (
    <div class="stack">
      <Title>{w.checkout.bank.title}</Title>
      <h1 tabIndex={-1}>{w.checkout.bank.title}</h1>
      <p>{w.checkout.bank.text(money(order.total, order.currency))}</p>
      <div role="status">
        {lost ? (
          <Notice tone="warn">{w.app.offline}</Notice>
        ) : (
          unfinished && <Notice tone="warn">{w.checkout.bank.unfinished}</Notice>
        )}
      </div>
      {beginning.error !== undefined && <Notice tone="bad">{w.checkout.bank.failed}</Notice>}
      <Button
        look="signal"
        big
        wide
        busy={beginning.busy}
        disabled={!able || cancelling.busy}
        onClick={() => beginning.run()}
      >
        {w.checkout.bank.begin}
      </Button>
      {cancelling.error !== undefined && <Failure error={cancelling.error} />}
      <Button look="plain" busy={cancelling.busy} onClick={() => cancelling.run()}>
        {w.checkout.bank.cancel}
      </Button>
      <p class="note soft">{w.checkout.bank.deadline}</p>
    </div>
  );
};
