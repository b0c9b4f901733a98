/** A code by e-mail: asked for, mailed again, entered. What it allows is the caller's. */
import { useEffect, useRef, useState } from "preact/hooks";
import { codeMinutes, type Guess, requestCode } from "../../../client/account.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";
import { a } from "../i18n/account.ts";
import { date, language } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { useNow } from "../ui/clock.ts";
import { Button, Failure, Field } from "../ui/index.tsx";
import css from "./account.module.css";
import { check, EmailField, Form, PasswordField, useForm } from "./form.tsx";

const resendMs = 30_000;

/** Has a code of this purpose mailed to an address; answers its id. `letter`: see `requestCode`. */
export const sendCode = (purpose: "signin" | "reset" | "verify", letter?: string) => (email: string) =>
  requestCode(api, { email, purpose, locale: language, ...(letter && { letter }) });

type Props = {
  /** The account's own address; without it one is entered. */
  email?: string | undefined;
  /** What was entered elsewhere already. */
  typed?: string;
  /** The label of an entered address that is not the one to sign in with. */
  newAddress?: string;
  /** Has a code mailed; answers its id. */
  send: (email: string) => Promise<string>;
  use: (guess: Guess, email: string) => Promise<unknown>;
  /** The text of the button that uses the code. */
  label: string;
  /** `keep`: the current password may come with the code. `new`: a new one must. */
  password?: "keep" | "new";
};

type Sent = { codeId: string; email: string; at: number };

export const ByCode = (props: Props) => {
  const { email, newAddress } = props;
  const [sent, setSent] = useState<Sent>();
  const send = async (to: string) => setSent({ codeId: await props.send(to), email: to, at: serverNow() });
  const form = useForm(
    { email: email ?? props.typed ?? "" },
    ({ email }) => ({ email: check.email(email) }),
    ({ email }) => send(email.trim()),
  );
  if (sent) return <Entry {...props} sent={sent} again={() => send(sent.email)} other={() => setSent(undefined)} />;
  return (
    <Form of={form} label={a.code.send} {...(email !== undefined && { look: "quiet" as const })}>
      {email === undefined && (
        <EmailField {...form.bind("email")} {...(newAddress && { label: newAddress, autocomplete: "email" })} />
      )}
    </Form>
  );
};

type EntryProps = Props & { sent: Sent; again: () => Promise<void>; other: () => void };

const Entry = ({ sent, again, other, ...props }: EntryProps) => {
  const { label, password, use } = props;
  const form = useForm(
    { code: "", password: "" },
    (entered) => ({
      code: entered.code.length === 8 ? undefined : a.code.form,
      password: password === "new" ? check.newPassword(entered.password) : undefined,
    }),
    ({ code, password }) => use({ codeId: sent.codeId, code, ...(password && { password }) }, sent.email),
  );
  const digits = useRef<HTMLDivElement>(null);
  useEffect(() => digits.current?.querySelector("input")?.focus(), []);
  const known = props.email !== undefined || props.newAddress !== undefined;
  return (
    <div class="stack">
      <p role="status">
        {known ? a.code.sent(sent.email) : a.code.sentMaybe(sent.email)}{" "}
        {a.code.valid(codeMinutes, date(sent.at + codeMinutes * 60_000, "time"))}
      </p>
      <Form of={form} label={label}>
        <div class={css.digits} ref={digits}>
          <Field
            {...form.bind("code")}
            label={a.code.label}
            hint={a.code.hint}
            inputMode="numeric"
            autocomplete="one-time-code"
            // what is pasted may have spaces, so the field has no `maxLength`
            onInput={(event) => form.set({ code: event.currentTarget.value.replace(/\D/g, "").slice(0, 8) })}
          />
        </div>
        {password === "new" && <PasswordField {...form.bind("password")} label={a.forgotten.password} fresh />}
        {password === "keep" && (
          <details class={css.more}>
            <summary>{a.code.keepTitle}</summary>
            <div class="stack">
              <p class="note soft">{a.code.keepText}</p>
              <PasswordField {...form.bind("password")} label={a.code.keepPassword} />
            </div>
          </details>
        )}
      </Form>
      <Resend at={sent.at} again={again} />
      {props.email === undefined && (
        <div>
          <Button look="plain" onClick={other}>
            {a.code.other}
          </Button>
        </div>
      )}
    </div>
  );
};

const Resend = ({ at, again }: { at: number; again: () => Promise<void> }) => {
  const now = useNow(at + resendMs);
  const [first] = useState(at);
  const action = useAction(again);
  const seconds = Math.ceil((at + resendMs - now) / 1000);
  return (
    <div class="stack">
      <p class="note soft" role="status">
        {at === first ? a.code.spam : a.code.resent}
      </p>
      {action.error !== undefined && <Failure error={action.error} />}
      <div>
        <Button look="quiet" busy={action.busy} disabled={seconds > 0} onClick={action.run}>
          {seconds > 0 ? a.code.againIn(seconds) : a.code.again}
        </Button>
      </div>
    </div>
  );
};
