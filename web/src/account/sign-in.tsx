/** Signing in: by password, by a code, by passkey. */
import { useState } from "preact/hooks";
import * as Account from "../../../client/account.ts";
import * as Buyer from "../../../client/buyer.ts";
import { api } from "../api/client.ts";
import { a } from "../i18n/account.ts";
import { Link } from "../router.tsx";
import { Button, Failure } from "../ui/index.tsx";
import css from "./account.module.css";
import { ByCode, sendCode } from "./by-code.tsx";
import { check, EmailField, Form, PasswordField, useForm } from "./form.tsx";
import { ByPasskey, useAutofill } from "./passkey.tsx";

export const signIn = (email: string, password: string) =>
  Buyer.signIn(api, { email, password }, async (challenge) => {
    const { answer } = await import("../line/challenge.ts");
    return answer(challenge, new AbortController().signal);
  });

type Props = {
  /** Whose sign-in it has to be; without it an address is entered. */
  email?: string;
  /** Begins with a code. */
  byCode?: boolean;
  /** Whether a code is offered. The first proof of an address would remove the account's password and passkeys. */
  codes?: boolean;
  /** The way to a new password. */
  forgotten: string;
  onDone: () => void;
};

export const SignIn = ({ email, byCode = false, codes = true, forgotten, onDone }: Props) => {
  const [way, choose] = useState({ code: byCode, typed: "" });
  return (
    <>
      {way.code ? (
        <ByCode
          email={email}
          typed={way.typed}
          send={sendCode("signin")}
          use={(guess) => Account.signInByCode(api, guess).then(onDone)}
          label={a.sign.signIn}
          {...(email === undefined && { password: "keep" as const })}
        />
      ) : (
        <ByPassword
          email={email}
          forgotten={forgotten}
          onDone={onDone}
          onTyped={(typed) => choose({ ...way, typed })}
        />
      )}
      <div class={css.ways}>
        <span class="note soft">{a.sign.or}</span>
        {(codes || way.code) && (
          <Button look="quiet" wide onClick={() => choose({ ...way, code: !way.code })}>
            {way.code ? a.sign.byPassword : a.sign.byCode}
          </Button>
        )}
        <ByPasskey onDone={onDone} />
      </div>
    </>
  );
};

type ByPasswordProps = Pick<Props, "forgotten" | "onDone"> & {
  email: string | undefined;
  onTyped: (email: string) => void;
};

const ByPassword = ({ email, forgotten, onDone, onTyped }: ByPasswordProps) => {
  const refused = useAutofill(email === undefined, onDone);
  const form = useForm(
    { email: email ?? "", password: "" },
    (entered) => ({ email: check.email(entered.email), password: check.filled(entered.password) }),
    ({ email, password }) => signIn(email.trim(), password).then(onDone),
  );
  const address = form.bind("email");
  return (
    <div class="stack">
      {refused !== undefined && <Failure error={refused} />}
      <Form of={form} label={a.sign.signIn}>
        {email === undefined ? (
          <EmailField {...address} autocomplete="username webauthn" onBlur={() => onTyped(form.entered.email)} />
        ) : (
          <input type="email" autocomplete="username" value={email} readOnly hidden />
        )}
        <PasswordField {...form.bind("password")} />
      </Form>
      <Link class="note" href={forgotten}>
        {a.sign.forgotten}
      </Link>
    </div>
  );
};
