/** The small parts that every page is made of. */
import type { ComponentChildren, InputHTMLAttributes, JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { Link } from "../router.tsx";
import button from "./button.module.css";
import css from "./ui.module.css";
import { said } from "./words.ts";

type Look = "signal" | "quiet" | "plain" | "danger";
const classes = (look?: Look, more: { big?: boolean | undefined; wide?: boolean | undefined } = {}) =>
  [button.button, look && button[look], more.big && button.big, more.wide && button.wide].filter(Boolean).join(" ");

export type ButtonProps = Omit<JSX.IntrinsicElements["button"], "size"> & {
  look?: Look;
  big?: boolean;
  wide?: boolean;
  busy?: boolean;
};

/** A busy button stays focusable and takes no second click. */
export const Button = ({ look, big, wide, busy, children, onClick, type = "button", ...rest }: ButtonProps) => (
  <button
    {...rest}
    type={type}
    class={classes(look, { big, wide })}
    aria-disabled={busy || undefined}
    aria-busy={busy || undefined}
    onClick={(event) => {
      if (busy) event.preventDefault();
      else onClick?.(event);
    }}
  >
    {busy && <span class={button.spinner} aria-hidden="true" />}
    {children}
  </button>
);

export const LinkButton = ({
  look,
  big,
  wide,
  href,
  children,
}: {
  look?: Look;
  big?: boolean;
  wide?: boolean;
  href: string;
  children: ComponentChildren;
}) => (
  <Link class={classes(look, { big, wide })} href={href}>
    {children}
  </Link>
);

export type Tone = "good" | "warn" | "bad" | "signal";

export const Notice = ({ tone, children }: { tone?: Tone; children: ComponentChildren }) => (
  <div class={css.notice} data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
    {children}
  </div>
);

/** An error message with a button to continue. */
export const Failure = ({ error, text, retry }: { error: unknown; text?: string; retry?: () => void }) => (
  <Notice tone="bad">
    <span>
      {text ? `${text} ` : ""}
      {said(error)}
    </span>
    {retry && (
      <Button look="plain" onClick={retry}>
        {w.app.retry}
      </Button>
    )}
  </Notice>
);

export const Pill = ({ tone, children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={css.pill} data-tone={tone}>
    {children}
  </span>
);

// Which role an input may have depends on its type; a field has none of its own, and its type may change.
type FieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "role"> & {
  type?: string;
  label: string;
  hint?: string;
  wrong?: string | undefined;
};

export const Field = ({ label, hint, wrong, ...rest }: FieldProps) => {
  const id = useId();
  return (
    <div class={css.field}>
      <label for={id}>{label}</label>
      <input
        {...(rest as JSX.IntrinsicElements["input"])}
        id={id}
        class={css.input}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-h`}
      />
      <span id={`${id}-h`} class={wrong ? css.wrong : css.hint}>
        {wrong ?? hint}
      </span>
    </div>
  );
};

type SelectProps = JSX.IntrinsicElements["select"] & { label: string; hint?: string };

export const Select = ({ label, hint, children, ...rest }: SelectProps) => {
  const id = useId();
  return (
    <div class={css.field}>
      <label for={id}>{label}</label>
      <select {...rest} id={id} class={css.input} aria-describedby={hint ? `${id}-h` : undefined}>
        {children}
      </select>
      {hint && (
        <span id={`${id}-h`} class={css.hint}>
          {hint}
        </span>
      )}
    </div>
  );
};

export const Skeleton = ({ height, width = "100%" }: { height: string; width?: string }) => (
  <span class={css.skeleton} style={{ height, width }} aria-hidden="true" />
);

/** `value` from 0 to 1. */
export const Progress = ({ value, label }: { value: number; label: string }) => (
  <div
    class={css.progress}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.round(value * 100)}
  >
    <i style={{ transform: `scaleX(${Math.min(1, Math.max(0.012, value))})` }} />
  </div>
);

/** Sets the tab's title while it is shown. */
export const Title = ({ children }: { children: string }) => {
  useEffect(() => {
    document.title = `${children} · Onsale`;
  }, [children]);
  return null;
};

export { button, css };
