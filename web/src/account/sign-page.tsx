/** Signing in and signing up. Then the visitor returns to the page they came from. */
import { useState } from "preact/hooks";
import * as Buyer from "../../../client/buyer.ts";
import { api } from "../api/client.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { language, w } from "../i18n/index.ts";
import { queries } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Notice, Title } from "../ui/index.tsx";
import css from "./account.module.css";
import { check, EmailField, Form, NameField, PasswordField, useForm } from "./form.tsx";
import { signUpByPasskey, supported } from "./passkey.tsx";
import { SignIn, signIn } from "./sign-in.tsx";

/** Accepts only a path of this site, so that a link cannot redirect to another site. */
export const wayBack = (to: string | null): string => {
  if (!to?.startsWith("/") || to.startsWith("//") || to.includes("\\")) return "/";
  return to;
};

/** After these the password may be gone, and a code always works. */
const codeAfter = ["session.unproven", "session.ended"];

export default function SignPage({ query }: PageProps) {
  const signUp = location.pathname === "/sign-up";
  const to = wayBack(query.get("to"));
  const back = `to=${encodeURIComponent(to)}`;
  const title = signUp ? a.sign.upTitle : a.sign.inTitle;
  const ended = Session.ended();
  const done = () => {
    queries.clear();
    go(to, { replace: true });
  };
  return (
    <div class={css.narrow}>
      <Title>{title}</Title>
      <h1 tabIndex={-1}>{title}</h1>
      {ended && !signUp ? <Notice>{w.problem[ended]}</Notice> : <p class="soft">{a.sign.why}</p>}
      {signUp ? (
        <SignUp onDone={done} />
      ) : (
        <SignIn byCode={codeAfter.includes(ended ?? "")} forgotten={`/forgotten?${back}`} onDone={done} />
      )}
      <Link href={`/${signUp ? "sign-in" : "sign-up"}?${back}`}>{signUp ? a.sign.toIn : a.sign.toUp}</Link>
    </div>
  );
}

const SignUp = ({ onDone }: { onDone: () => void }) => {
  const [passkey, choose] = useState(false);
  const form = useForm(
    { name: "", email: "", password: "" },
    ({ name, email, password }) => ({
      name: check.filled(name),
      email: check.email(email),
      password: passkey ? undefined : check.newPassword(password),
    }),
    async ({ password, ...entered }) => {
      const account = { email: entered.email.trim(), name: entered.name.trim(), locale: language };
      if (passkey) await signUpByPasskey(account);
      else {
        await Buyer.signUp(api, { ...account, password });
        await signIn(account.email, password);
      }
      onDone();
    },
  );
  return (
    <>
      <Form of={form} label={passkey ? a.sign.upByPasskey : a.sign.signUp}>
        <NameField {...form.bind("name")} />
        <EmailField {...form.bind("email")} />
        {passkey ? (
          <p class="note soft">{a.sign.upByPasskeyHint}</p>
        ) : (
          <PasswordField {...form.bind("password")} fresh />
        )}
      </Form>
      {supported && (
        <div class={css.ways}>
          <span class="note soft">{a.sign.or}</span>
          <Button look="quiet" wide onClick={() => choose(!passkey)}>
            {passkey ? a.sign.upByPassword : a.sign.upByPasskey}
          </Button>
        </div>
      )}
    </>
  );
};
