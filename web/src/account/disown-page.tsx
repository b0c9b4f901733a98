/** "This was not me": the page of an e-mail's link. The token is in the fragment, so that no server logs it. */
import { useEffect, useState } from "preact/hooks";
import { claims } from "../../../client/tokens.ts";
import { api } from "../api/client.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { w } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { Button, Failure, LinkButton, Title } from "../ui/index.tsx";
import css from "./account.module.css";

type Claims = { sub?: string; kind?: string };

export default function DisownPage() {
  const token = location.hash.slice(1);
  const { sub, kind = "" } = claims<Claims>(token) ?? {};
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
  const text = kind === "code" ? a.disown.code : kind === "email" ? a.disown.address : a.disown.credentials;
  return (
    <div class={css.narrow}>
      <Title>{a.disown.title}</Title>
      <h1 tabIndex={-1}>{a.disown.title}</h1>
      {done ? (
        <>
          <p role="status">{kind === "code" ? a.disown.codeDone : a.disown.done}</p>
          <LinkButton {...(kind !== "code" && { look: "signal", big: true })} href="/forgotten?to=/account">
            {a.disown.next}
          </LinkButton>
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
