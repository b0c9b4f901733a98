/** Where the account is signed in. */
import { useState } from "preact/hooks";
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { date } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { Ask, Button, Failure, Pill, Skeleton } from "../ui/index.tsx";
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
  const [asking, ask] = useState(false);
  const ending = useAction(async () => {
    await api.call("DELETE /v1/me/sessions");
    await Reads.changed("sessions");
  });
  const end = () => {
    ask(false);
    ending.run();
  };
  return (
    <section class="stack">
      <h2>{a.sessions.title}</h2>
      {list.data ? (
        <ul class={css.list}>
          {list.data.items.map((session) => (
            <Row key={session.sessionId} {...session} />
          ))}
        </ul>
      ) : list.isError ? (
        <Failure error={list.error} text={a.sessions.failed} retry={() => list.refetch()} />
      ) : (
        <Skeleton height="6rem" />
      )}
      {ending.error !== undefined && <Failure error={ending.error} />}
      {list.data && list.data.items.length > 1 && (
        <div>
          <Button look="quiet" busy={ending.busy} onClick={() => ask(true)}>
            {a.sessions.endOthers}
          </Button>
        </div>
      )}
      {asking && (
        <Ask
          text={a.sessions.endAsk}
          yes={a.sessions.endOthers}
          no={a.sessions.stay}
          onYes={end}
          onNo={() => ask(false)}
        />
      )}
    </section>
  );
};
