/** The lobby and the line: the position, the next steps, and the move to the seats when it is the visitor's turn. */
import { useEffect } from "preact/hooks";
import { ApiProblem, codeOf } from "../../../client/problem.ts";
import type { Event } from "../../../client/shapes.ts";
import { Prove } from "../account/prove-here.ts";
import * as Reads from "../api/reads.ts";
import { Poster } from "../events/poster.tsx";
import { date, number, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { Button, Failure, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { ring } from "./chime.ts";
import css from "./line.module.css";
import { Lobby, Meanwhile, Waiting } from "./line-views.tsx";
import { type Line, useLine } from "./use-line.ts";

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

const Working = () => (
  <div class="stack" role="status">
    <h1 tabIndex={-1}>{w.line.working}</h1>
    <p>{w.line.workingText}</p>
    <div class={css.working} />
  </div>
);

const Unverified = ({ rejoin }: { rejoin: () => void }) => (
  <div class="stack">
    <h1 tabIndex={-1}>{w.line.verify}</h1>
    <Prove text={w.line.verifyText} onDone={rejoin} />
  </div>
);

const phaseNotice = { paused: "pausedText", closed: "closedText", soldout: "soldoutText" } as const;

const Body = ({ event, line, rejoin }: { event: Event; line: Line; rejoin: () => void }) => {
  if (line.step === "in" || line.step === "entering") return <Turn />;
  if (line.step === "spent") return <Spent rejoin={rejoin} />;
  if (line.step === "unverified") return <Unverified rejoin={rejoin} />;
  if (line.step === "foreign") return <Failure error={line.problem} retry={rejoin} />;
  if (line.step === "working") return <Working />;
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
    : line.step === "working"
      ? w.line.working
      : line.step === "unverified"
        ? w.line.verify
        : line.number !== undefined && line.view
          ? `${number(Math.max(0, line.number - line.view.status.serving - 1))} · ${w.line.title}`
          : w.line.lobbyTitle;
  const lost = line.problem ? lostText(line.problem) : undefined;
  return (
    <div class="column">
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
