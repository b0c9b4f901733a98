/** The lobby and the line: what will happen, where one stands, and in when it is one's turn. */
import { useEffect, useState } from "preact/hooks";
import type { Event } from "../api/client.ts";
import { ApiProblem, codeOf } from "../api/problem.ts";
import * as Reads from "../api/reads.ts";
import { Countdown } from "../events/countdown.tsx";
import { Poster } from "../events/poster.tsx";
import { Proof } from "../events/proof.tsx";
import { date, number, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Failure, Notice, Progress, Skeleton, Title, css as ui } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { arm, ring } from "./chime.ts";
import css from "./line.module.css";
import { type Line, useLine } from "./use-line.ts";

const Meanwhile = ({ event }: { event: Event }) => {
  const [armed, setArmed] = useState(false);
  return (
    <section>
      <h2>{w.line.meanwhile}</h2>
      <ul class={css.tips}>
        <li>
          {w.line.tipSound}
          <Button look="quiet" aria-pressed={armed} onClick={() => arm().then(() => setArmed(true))}>
            {armed ? w.line.soundOff : w.line.soundOn}
          </Button>
        </li>
        {event.currency === "KRW" && (
          <li>
            {w.line.tipWallet}
            <a class={`${ui.button} ${ui.plain}`} href="/wallet" target="_blank" rel="noopener">
              {w.line.tipCharge}
            </a>
          </li>
        )}
        {event.sections.some(({ kind }) => kind === "seated") && (
          <li>
            {w.line.tipMap}
            <a
              class={`${ui.button} ${ui.plain}`}
              href={`/events/${event.eventId}/seats`}
              target="_blank"
              rel="noopener"
            >
              {w.line.tipMapLink}
            </a>
          </li>
        )}
      </ul>
    </section>
  );
};

const Lobby = ({ event, line }: { event: Event; line: Line }) => {
  const opensAt = Date.parse(line.view?.status.opensAt ?? event.salesOpenAt);
  const [drawing, setDrawing] = useState(false);
  return (
    <>
      <div class="stack">
        <h1 tabIndex={-1}>{w.line.lobbyTitle}</h1>
        <p class="soft">{w.line.lobbyLead}</p>
      </div>
      <div class="stack">
        <p>
          {w.event.opens} <span class="soft note">({date(opensAt, "second")})</span>
        </p>
        {drawing ? (
          <p class={css.ahead}>{w.line.drawing}</p>
        ) : (
          <Countdown to={opensAt} label={w.event.opens} onEnd={() => setDrawing(true)} />
        )}
        {line.view && <p class="soft number">{w.line.lobbyCount(line.view.status.lobby)}</p>}
      </div>
      <section>
        <h2>{w.line.lobbyNext}</h2>
        <ol class={css.steps}>
          {w.line.lobbySteps(event.queue.sessionSeconds).map((step) => (
            <li key={step}>
              <span>{step}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
};

const waitSaid = (wait: number | undefined): string => {
  if (wait === undefined) return w.line.unknownWait;
  const minutes = Math.ceil(wait / 60_000);
  if (wait < 60_000) return w.line.soon;
  return minutes < 60 ? w.line.minutes(minutes) : w.line.hours(Math.floor(minutes / 60), minutes % 60);
};

/** Where the line stood when this browser first saw it, so that the bar tells one's own way. */
const startOf = (key: string, serving: number): number => {
  const name = `onsale:start:${key}`;
  const kept = sessionStorage.getItem(name);
  if (kept === null) sessionStorage.setItem(name, String(serving));
  return Math.min(serving, Number(kept ?? serving));
};

const Waiting = ({ event, line, at }: { event: Event; line: Line; at: number }) => {
  const { view } = line;
  if (!view) return null;
  const { status } = view;
  const ahead = Math.max(0, at - status.serving - 1);
  const start = startOf(`${event.eventId}:${at}`, status.serving);
  return (
    <>
      <h1 tabIndex={-1}>{w.line.title}</h1>
      <div class="stack">
        <p class="soft">{w.line.number}</p>
        <p class={`${css.big} number`}>{number(at)}</p>
        <p class={`${css.ahead} number`} role="status">
          {w.line.ahead(ahead)}
        </p>
        <Progress value={(status.serving - start) / Math.max(1, at - start)} label={w.line.progress} />
      </div>
      <dl class={css.figures}>
        <div>
          <dt>{w.line.wait}</dt>
          <dd>{waitSaid(view.wait)}</dd>
        </div>
        <div>
          <dt>{w.line.serving}</dt>
          <dd class="number">{number(status.serving)}</dd>
        </div>
        <div>
          <dt>{w.line.checking}</dt>
          <dd class="number">{date(view.lookedAt, "second")}</dd>
        </div>
      </dl>
      <p class="note soft">
        {view.wait === undefined && status.phase === "line" ? w.line.stalled : w.line.honest} {w.line.leaveIt}
      </p>
      {line.drew && (
        <div>
          <p>{w.line.drawn(at, status.lobby)}</p>
          <Proof draw={status.draw} />
        </div>
      )}
    </>
  );
};

const Turn = () => (
  <div class={css.turn} role="alert">
    <h1 tabIndex={-1}>{w.line.turn}</h1>
    <p>{w.line.turnText}</p>
  </div>
);

const Spent = ({ rejoin }: { rejoin: () => void }) => (
  <div class="stack">
    <h1 tabIndex={-1}>{w.line.spent}</h1>
    <p>{w.line.spentText}</p>
    <div>
      <Button look="signal" big onClick={rejoin}>
        {w.line.rejoin}
      </Button>
    </div>
  </div>
);

const phaseNotice = { paused: "pausedText", closed: "closedText", soldout: "soldoutText" } as const;

const Body = ({ event, line, rejoin }: { event: Event; line: Line; rejoin: () => void }) => {
  if (line.step === "in" || line.step === "entering") return <Turn />;
  if (line.step === "spent") return <Spent rejoin={rejoin} />;
  if (line.step === "foreign") return <Failure error={line.problem} retry={rejoin} />;
  if (line.step === "joining" || !line.view)
    return (
      <div class="stack" role="status" aria-label={w.app.loading}>
        <Skeleton height="4rem" />
        <Skeleton height="9rem" />
      </div>
    );
  const { phase } = line.view.status;
  const notice = phase in phaseNotice ? phaseNotice[phase as keyof typeof phaseNotice] : undefined;
  return (
    <>
      {notice && <Notice tone="warn">{w.line[notice]}</Notice>}
      {line.number === undefined ? (
        <Lobby event={event} line={line} />
      ) : (
        <Waiting event={event} line={line} at={line.number} />
      )}
      {phase !== "closed" && <Meanwhile event={event} />}
    </>
  );
};

const lostText = (problem: unknown) =>
  codeOf(problem) === "offline"
    ? w.line.lostNetwork
    : codeOf(problem) === "queue.unavailable"
      ? w.line.unavailable
      : undefined;

const LinePage = ({ event, user }: { event: Event; user: string }) => {
  const { line, rejoin } = useLine(event.eventId, user);
  const turn = line.step === "in";
  useEffect(() => {
    if (!turn) return;
    ring();
    const timer = setTimeout(() => go(`/events/${event.eventId}/seats`, { replace: true }), 900);
    return () => clearTimeout(timer);
  }, [turn]);
  const title = turn
    ? `● ${w.line.turnTitle}`
    : line.number !== undefined && line.view
      ? `${number(Math.max(0, line.number - line.view.status.serving - 1))} · ${w.line.title}`
      : w.line.lobbyTitle;
  const lost = line.problem ? lostText(line.problem) : undefined;
  return (
    <div class={css.page}>
      <Title>{title}</Title>
      <Link class={css.what} href={`/events/${event.eventId}`}>
        <Poster event={event} />
        <div>
          <b>{event.title}</b>
          <span>
            {date(event.startsAt)} · {event.venue}
          </span>
        </div>
      </Link>
      {lost ? (
        <Notice tone="warn">{lost}</Notice>
      ) : (
        line.problem instanceof ApiProblem && line.step !== "foreign" && <Failure error={line.problem} />
      )}
      <Body event={event} line={line} rejoin={rejoin} />
    </div>
  );
};

export default function LineRoute({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  const user = useUser();
  const query = useQuery({ ...Reads.event(eventId), staleTime: 60_000 });
  useEffect(() => {
    if (!user) go(`/sign-in?to=${encodeURIComponent(`/events/${eventId}/line`)}`, { replace: true });
    else if (query.data && !query.data.queue.enabled) go(`/events/${eventId}/seats`, { replace: true });
  }, [user, query.data?.queue.enabled]);
  if (query.isError && !query.data)
    return <Failure error={query.error} text={w.event.gone} retry={() => query.refetch()} />;
  if (!user || !query.data?.queue.enabled) return <Skeleton height="16rem" />;
  return <LinePage key={user} event={query.data} user={user} />;
}
