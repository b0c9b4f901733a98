/** Where the account is signed in. */
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { date } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Button, Failure, Pill } from "../ui/index.tsx";
import { Paged } from "../ui/paged.tsx";
import css from "./account.module.css";
import { deviceName } from "./device.ts";

type Session = Answer<"GET /v1/me/sessions">["items"][number];

const Row = ({ sessionId, current, method, device, signedInAt, lastUsedAt }: Session) => {
  const ending = useAction(async () => {
    await api.call("DELETE /v1/me/sessions/{sessionId}", { params: { sessionId } });
    await Reads.changed("sessions");
  });
  return (
    <li>
      <div>
        <p class="row">
          <b>{deviceName(device)}</b>
          {current && <Pill tone="good">{a.sessions.here}</Pill>}
        </p>
        <p class="note soft">
          {a.sessions.since(date(signedInAt, "short"))} ({a.sessions.by[method]}) ·{" "}
          {a.sessions.used(date(lastUsedAt, "short"))}
        </p>
        {ending.error !== undefined && <Failure error={ending.error} />}
      </div>
      {!current && (
        <Button
          look="plain"
          busy={ending.busy}
          aria-label={`${a.sessions.end}: ${deviceName(device)}`}
          onClick={ending.run}
        >
          {a.sessions.end}
        </Button>
      )}
    </li>
  );
};

export const Sessions = () => {
  const list = useQuery(Reads.sessions());
  const ending = useAction(async () => {
    await api.call("DELETE /v1/me/sessions");
    await Reads.changed("sessions");
  });
  return (
    <section class="stack">
      <h2>{a.sessions.title}</h2>
      <Paged
        read={Reads.sessions}
        class={css.list}
        row={(session) => <Row key={session.sessionId} {...session} />}
        empty={null}
        height="6rem"
      />
      {ending.error !== undefined && <Failure error={ending.error} />}
      {list.data && list.data.items.length > 1 && (
        <div>
          <AskFirst
            look="quiet"
            busy={ending.busy}
            ask={a.sessions.endAsk}
            yes={a.sessions.endOthers}
            no={a.sessions.stay}
            onYes={ending.run}
          />
        </div>
      )}
    </section>
  );
};
