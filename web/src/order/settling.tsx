import { useRef } from "preact/hooks";
import type { Order } from "../../../client/shapes.ts";
import { w } from "../i18n/index.ts";
import { useNow } from "../ui/clock.ts";
import { Notice, Title } from "../ui/index.tsx";
import css from "./settling.module.css";

/** The payment is being processed. The buyer has nothing to do. */
export const Settling = ({ order, lost }: { order: Order; lost: boolean }) => {
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
