/** A form: what was entered, what is wrong with it once it was sent, and the work of its button. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import { a } from "../i18n/account.ts";
import { w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { Button, Failure, Field } from "../ui/index.tsx";
import { fieldErrors } from "../ui/words.ts";
import css from "./account.module.css";

type Values = Record<string, string>;
type Faults<T> = { [K in keyof T]?: string | undefined };

/** What is wrong with one value; undefined if nothing is. */
export const check = {
  filled: (value: string) => (value.trim() ? undefined : w.field.required),
  email: (value: string) => check.filled(value) ?? (value.includes("@") ? undefined : w.field.email),
  newPassword: (value: string) => check.filled(value) ?? (value.length < 8 ? w.field.short : undefined),
};

export const useForm = <T extends Values>(
  initial: T,
  faultsOf: (entered: T) => Faults<T>,
  work: (entered: T) => Promise<unknown>,
) => {
  const [entered, set] = useState(initial);
  const [tried, setTried] = useState(false);
  const action = useAction(work);
  const own = tried ? faultsOf(entered) : {};
  const refused = fieldErrors(action.error);
  // the API's text is English, and its check of an address is stricter than ours
  const faults = { ...own, ...refused, ...(refused.email && { email: w.field.email }) } as Faults<T>;
  return {
    entered,
    set: (change: Partial<T>) => set((before) => ({ ...before, ...change })),
    bind: (name: keyof T & string) => ({
      name,
      value: entered[name],
      wrong: faults[name],
      onInput: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) =>
        set((before) => ({ ...before, [name]: value })),
    }),
    submit: async (event: SubmitEvent) => {
      event.preventDefault();
      setTried(true);
      const form = event.currentTarget as HTMLFormElement;
      if (Object.values(faultsOf(entered)).some(Boolean))
        return setTimeout(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());
      await action.run(entered);
      setTried(false);
    },
    busy: action.busy,
    error: action.error,
  };
};

type FormProps = {
  of: Pick<ReturnType<typeof useForm>, "submit" | "busy" | "error">;
  /** The text of the button. */
  label: string;
  look?: "quiet";
  children?: ComponentChildren;
};

export const Form = ({ of, label, look, children }: FormProps) => (
  <form class={css.form} onSubmit={of.submit} noValidate>
    {of.error !== undefined && codeOf(of.error) !== "request.invalid" && <Failure error={of.error} />}
    {children}
    <Button type="submit" big wide busy={of.busy} {...(look && { look })}>
      {label}
    </Button>
  </form>
);

type Bound = ReturnType<ReturnType<typeof useForm>["bind"]> & { onBlur?: () => void };

export const EmailField = (props: Bound & { label?: string; autocomplete?: string }) => (
  <Field label={a.sign.email} type="email" autocomplete="username" inputMode="email" maxLength={254} {...props} />
);

export const NameField = (props: Bound) => <Field label={a.sign.name} autocomplete="name" maxLength={100} {...props} />;

/** `fresh`: a new password. */
export const PasswordField = ({ fresh, ...props }: Bound & { label?: string; hint?: string; fresh?: boolean }) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Field
        label={a.sign.password}
        type={open ? "text" : "password"}
        autocomplete={fresh ? "new-password" : "current-password"}
        maxLength={128}
        {...(fresh && { hint: a.sign.passwordHint })}
        {...props}
      />
      <label class={css.show}>
        <input type="checkbox" checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />
        {a.sign.show}
      </label>
    </>
  );
};
