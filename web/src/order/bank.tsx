/** The buyer's bank asks for confirmation (3-D Secure or its own page). It begins here and continues after a reload or in another tab. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Order } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { Button, Failure, Notice, Title } from "../ui/index.tsx";
import { useHeading } from "./heading.ts";

export type Action = NonNullable<NonNullable<Order["payment"]>["action"]>;

/** The thing that is paid: an order or a charge. */
export type Task = {
  /** What the buyer is asked to confirm. */
  text: string;
  /** Whether it begins without a click: once, and only in the tab that sent the payment. */
  begins: () => boolean;
  noteBegun: () => void;
  /** Asks the API to check with the gateway; `cancel` if the buyer gives up. */
  comeBack: (cancel?: boolean) => Promise<void>;
};

/** The gateway is asked at this interval and for this long before the bank's page is offered again. */
const ASK_MS = 3_000;
const CHECK_MS = 15_000;

export const Bank = ({
  task,
  action,
  returned,
  lost,
  settling,
}: {
  task: Task;
  action: Action;
  /** The buyer has just come back by a redirect. */
  returned: boolean;
  lost: boolean;
  /** Shown while the gateway is asked. */
  settling: ComponentChildren;
}) => {
  const [checking, check] = useState(returned);
  useHeading(checking);
  const [unfinished, setUnfinished] = useState(false);
  const { data: methods } = useQuery(Reads.methods());
  const publishableKey = methods?.card?.provider === "stripe" ? methods.card.publishableKey : undefined;

  const beginning = useAction(async () => {
    setUnfinished(false);
    task.noteBegun();
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
    await task.comeBack(true);
    return new Promise<void>((resolve) => setTimeout(resolve, CHECK_MS)); // until the order or the charge shows it
  });

  const able = action.type === "redirect" || publishableKey !== undefined;
  useEffect(() => {
    if (!able || checking) return;
    if (task.begins()) beginning.run();
    else task.comeBack().catch(() => {}); // the buyer may have confirmed without this page noticing
  }, [able]);

  useEffect(() => {
    if (!checking) return;
    const ask = () => task.comeBack().catch(() => {}); // asked again below
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

  if (checking) return <>{settling}</>;
  return (
    <div class="stack">
      <Title>{w.checkout.bank.title}</Title>
      <h1 tabIndex={-1}>{w.checkout.bank.title}</h1>
      <p>{task.text}</p>
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
