/** A forgotten password: a code, and a new one. Then the visitor is signed in and returns to the page they came from. */
import * as Account from "../../../client/account.ts";
import { api } from "../api/client.ts";
import { a } from "../i18n/account.ts";
import { queries } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Title } from "../ui/index.tsx";
import css from "./account.module.css";
import { ByCode, sendCode } from "./by-code.tsx";
import { signIn } from "./sign-in.tsx";
import { wayBack } from "./sign-page.tsx";

export default function ForgottenPage({ query }: PageProps) {
  const to = wayBack(query.get("to"));
  const reset = async ({ password = "", ...guess }: Account.Guess, email: string) => {
    await Account.resetPassword(api, { ...guess, password });
    await signIn(email, password);
    queries.clear();
    go(to, { replace: true });
  };
  return (
    <div class={css.narrow}>
      <Title>{a.forgotten.title}</Title>
      <h1 tabIndex={-1}>{a.forgotten.title}</h1>
      <p class="soft">
        {a.forgotten.lead} {a.forgotten.ends}
      </p>
      <ByCode send={sendCode("reset")} use={reset} label={a.forgotten.save} password="new" />
      <Link href={`/sign-in?to=${encodeURIComponent(to)}`}>{a.sign.toIn}</Link>
    </div>
  );
}
