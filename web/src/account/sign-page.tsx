/** Signing in and signing up. Then the visitor returns to the page they came from. */

import { useState } from "preact/hooks";
import * as Buyer from "../../../client/buyer.ts";
import { codeOf } from "../../../client/problem.ts";
import { api } from "../api/client.ts";
import * as Session from "../api/session.ts";
import { language, w } from "../i18n/index.ts";
import { queries, useAction } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Failure, Field, Title } from "../ui/index.tsx";
import { fieldErrors } from "../ui/words.ts";
import css from "./account.module.css";

/** Accepts only a path of this site, so that a link cannot redirect to another site. */
export const wayBack = (to: string | null): string => {
  if (!to?.startsWith("/") || to.startsWith("//") || to.includes("\\")) return "/";
  return to;
};

type Entered = { email: string; password: string; name: string };

const enter = async ({ email, password, name }: Entered, signUp: boolean) => {
  if (signUp) await Buyer.signUp(api, { email, password, name, locale: language });
  await Buyer.signIn(api, { email, password }, async (challenge) => {
    const { answer } = await import("../line/challenge.ts");
    return answer(challenge, new AbortController().signal);
  });
  queries.clear();
};

const faultsOf = ({ email, password, name }: Entered, signUp: boolean): Record<string, string> => ({
  ...(!email.includes("@") && { email: email ? w.field.email : w.field.required }),
  ...(password.length < (signUp ? 8 : 1) && { password: signUp && password ? w.field.short : w.field.required }),
  ...(signUp && !name && { name: w.field.required }),
});

const Form = ({ signUp, to }: { signUp: boolean; to: string }) => {
  const [entered, set] = useState<Entered>({ email: "", password: "", name: "" });
  const [tried, setTried] = useState(false);
  const [open, setOpen] = useState(false);
  const action = useAction(enter);
  const faults = {
    ...(tried && faultsOf(entered, signUp)),
    ...(action.error ? fieldErrors(action.error) : {}),
  } as Record<string, string>;
  const on = (name: keyof Entered) => (event: { currentTarget: HTMLInputElement }) =>
    set({
      ...entered,
      [name]: name === "password" ? event.currentTarget.value : event.currentTarget.value.trimStart(),
    });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const form = event.currentTarget as HTMLFormElement;
    if (Object.keys(faultsOf(entered, signUp)).length > 0)
      return setTimeout(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    await action.run({ ...entered, email: entered.email.trim(), name: entered.name.trim() }, signUp);
    if (Session.current()) go(to, { replace: true });
  };
  return (
    <form class={css.form} onSubmit={submit} noValidate>
      {action.error !== undefined && codeOf(action.error) !== "request.invalid" && <Failure error={action.error} />}
      {signUp && (
        <Field
          label={w.account.name}
          name="name"
          autocomplete="name"
          maxLength={100}
          value={entered.name}
          onInput={on("name")}
          wrong={faults.name}
        />
      )}
      <Field
        label={w.account.email}
        name="email"
        type="email"
        autocomplete="username"
        inputMode="email"
        maxLength={254}
        value={entered.email}
        onInput={on("email")}
        wrong={faults.email}
      />
      <Field
        label={w.account.password}
        name="password"
        type={open ? "text" : "password"}
        autocomplete={signUp ? "new-password" : "current-password"}
        maxLength={128}
        value={entered.password}
        onInput={on("password")}
        wrong={faults.password}
        {...(signUp && { hint: w.account.passwordHint })}
      />
      <label class={css.show}>
        <input type="checkbox" checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />
        {w.account.show}
      </label>
      <Button type="submit" big wide busy={action.busy}>
        {signUp ? w.account.signUp : w.account.signIn}
      </Button>
    </form>
  );
};

export default function SignPage({ query }: PageProps) {
  const signUp = location.pathname === "/sign-up";
  const to = wayBack(query.get("to"));
  const title = signUp ? w.account.upTitle : w.account.inTitle;
  return (
    <div class={css.narrow}>
      <Title>{title}</Title>
      <h1 tabIndex={-1}>{title}</h1>
      <p class="soft">{w.account.why}</p>
      <Form signUp={signUp} to={to} />
      <Link href={`/${signUp ? "sign-in" : "sign-up"}?to=${encodeURIComponent(to)}`}>
        {signUp ? w.account.toIn : w.account.toUp}
      </Link>
    </div>
  );
}
