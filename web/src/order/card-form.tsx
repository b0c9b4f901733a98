/** The gateway's own card form: card data never passes through these pages. */
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { Button, Notice, Skeleton } from "../ui/index.tsx";
import css from "./order.module.css";
import type { CardForm, Due } from "./stripe.ts";

type Props = {
  publishableKey: string;
  due: Due;
  /** Shown if the form does not load. */
  otherwise?: string | undefined;
  /** Called with the form when it can be filled in, and with undefined when it is removed. */
  onForm: (form: CardForm | undefined) => void;
};

/** After this time, in ms, the page says that the form is slow. */
const SLOW_MS = 8_000;

export const GatewayForm = ({ publishableKey, due, otherwise, onForm }: Props) => {
  const at = useRef<HTMLDivElement>(null);
  const [state, set] = useState<"loading" | "slow" | "ready" | "failed">("loading");
  const [tries, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let gone = false;
    let form: CardForm | undefined;
    const leave = () => {
      gone = true;
      clearTimeout(timer);
      form?.destroy();
      onForm(undefined);
    };
    const fail = () => {
      if (gone) return;
      leave();
      set("failed");
    };
    const timer = setTimeout(() => set("slow"), SLOW_MS);
    const load = async () => {
      const { mount } = await import("./stripe.ts");
      if (gone || !at.current) return;
      const onReady = () => {
        clearTimeout(timer);
        set("ready");
        onForm(form);
      };
      form = await mount({ at: at.current, publishableKey, due, onReady, onFailed: fail });
      if (gone) form.destroy();
    };
    set("loading");
    load().catch(fail);
    return leave;
  }, [tries]);
  const loading = state === "loading" || state === "slow";
  return (
    <div>
      <div role="status">
        {loading && (
          <>
            <span class={state === "slow" ? "note" : "hidden"}>
              {state === "slow" ? w.app.slow : w.checkout.form.loading}
            </span>
            <Skeleton height="12rem" />
          </>
        )}
      </div>
      <div class={css.form} ref={at} data-loading={state !== "ready" || undefined} />
      {state === "failed" && (
        <Notice tone="bad">
          <span>
            {w.checkout.form.failed} {otherwise}
          </span>
          <Button look="plain" onClick={() => again(0)}>
            {w.app.retry}
          </Button>
        </Notice>
      )}
    </div>
  );
};
