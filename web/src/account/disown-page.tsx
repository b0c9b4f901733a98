/** "This was not me": the page of an e-mail's link. The token is in the fragment, so that no server logs it. */
import { useEffect, useState } from "preact/hooks";
import * as Account from "../../../client/account.ts";
import { claims } from "../../../client/tokens.ts";
import { api } from "../api/client.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { w } from "../i18n/index.ts";
import { queries, useAction } from "../query.ts";
import { go } from "../router.tsx";
import { Button, Failure, LinkButton, Title } from "../ui/index.tsx";
import css from "./account.module.css";
import { ByCode, sendCode } from "./by-code.tsx";

type Claims = { sub?: string; kind?: string; to?: string };

export default function DisownPage() {
  const token = location.hash.slice(1);
  const { sub, kind = "", to } = claims<Claims>(token) ?? {};
  const [done, setDone] = useState(false);
  useEffect(() => {
    const other = () => location.reload(); // the link of another e-mail
    addEventListener("hashchange", other);
    return () => removeEventListener("hashchange", other);
  }, []);
  const action = useAction(async () => {
    await api.open("POST /v1/accounts/disown", { body: { token } });
    if (kind !== "code" && sub === Session.userId()) Session.session.forget(); // the server has ended this session too
    setDone(true);
  });
  const signIn = async (guess: Account.Guess) => {
    await Account.signInByCode(api, guess);
    queries.clear();
    go("/account", { replace: true });
  };
  const text = kind === "code" ? a.disown.code : kind === "email" ? a.disown.address : a.disown.credentials;
  return (
    <div class={css.narrow}>
      <Title>{a.disown.title}</Title>
      <h1 tabIndex={-1}>{a.disown.title}</h1>
      {done ? (
        <>
          <p role="status">{kind === "code" ? a.disown.codeDone : a.disown.done}</p>
          <ByCode
            {...(to && { typed: to })}
            send={sendCode("signin", token)}
            use={signIn}
            label={a.sign.signIn}
            {...(kind === "code" && { password: "keep" as const })}
          />
        </>
      ) : kind ? (
        <>
          <p>{text}</p>
          {action.error !== undefined && <Failure error={action.error} />}
          <Button look="danger" big wide busy={action.busy} onClick={action.run}>
            {a.disown.go}
          </Button>
        </>
      ) : (
        <>
          <p>{w.problem["account.disown_invalid"]}</p>
          <LinkButton href="/">{w.app.home}</LinkButton>
        </>
      )}
    </div>
  );
}
