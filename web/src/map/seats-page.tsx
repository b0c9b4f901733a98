/** Choosing seats: the map, best available, the chosen seats. */
import { useEffect, useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { statusOf } from "../events/status.tsx";
import { w } from "../i18n/index.ts";
import * as Admission from "../line/admission.ts";
import { useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { clockFace, useNow } from "../ui/clock.ts";
import { Button, Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Best } from "./best.tsx";
import { Chosen } from "./chosen.tsx";
import { Hall } from "./hall.tsx";
import { Legend } from "./legend.tsx";
import type { Model } from "./model.ts";
import { planOf } from "./plan-read.ts";
import { Refused } from "./refusal.tsx";
import css from "./seats-page.module.css";
import { useChoice } from "./use-choice.ts";

const Session = ({ eventId, until }: { eventId: string; until: number }) => {
  const now = useNow(until);
  const [asking, ask] = useState(false);
  const over = now >= until;
  useEffect(() => {
    if (over) Admission.dropAdmission(eventId);
  }, [over]);
  const leave = () => {
    // The page continues at once: an admission that could not be given up ends by itself.
    Admission.leave(eventId).catch(() => {});
    go(`/events/${eventId}`);
  };
  return (
    <div class="row">
      <div class={css.clock} role="timer" data-late={until - now < 60_000 || undefined}>
        {w.map.session}
        <b class="number">{clockFace(until - now)}</b>
      </div>
      <Button look="plain" onClick={() => ask(true)}>
        {w.map.leave}
      </Button>
      {asking && <Ask text={w.map.leaveAsk} yes={w.map.leave} no={w.map.stay} onYes={leave} onNo={() => ask(false)} />}
    </div>
  );
};

const Standing = ({
  event,
  left,
  disabled,
  onPick,
}: {
  event: Event;
  left: Map<string, number>;
  disabled: boolean;
  onPick: (sectionId: string) => void;
}) => (
  <ul class={css.ga}>
    {event.sections
      .filter(({ kind }) => kind === "general")
      .map(({ sectionId, name }) => (
        <li key={sectionId}>
          <span>
            {w.map.standing(name)}
            {left.has(sectionId) && <span class="soft note"> · {w.event.free(left.get(sectionId) ?? 0)}</span>}
          </span>
          {!disabled && (
            <Button look="plain" onClick={() => onPick(sectionId)}>
              {w.map.pickStanding}
            </Button>
          )}
        </li>
      ))}
  </ul>
);

type Chooser = { event: Event; model: Model | undefined; loading: boolean };

/** Shown before the plan is loaded: on a slow phone the plan takes a second longer. */
const Chooser = ({ event, model, loading }: Chooser) => {
  const user = useUser();
  const kept = Admission.held(event.eventId);
  const now = useNow(kept?.expiresAt);
  const status = statusOf(event, now);
  const admitted = !event.queue.enabled || (kept !== undefined && kept.expiresAt > now);
  const open = (status === "onsale" || status === "soldout") && admitted;
  const choice = useChoice(event, model, open);
  const free = useQuery({ ...Reads.availability(event.eventId), refetchInterval: 5_000 });
  const left = new Map(free.data?.sections.map((section) => [section.sectionId, section.free]));
  const signedIn = (work: () => void) => () => {
    if (user) return work();
    choice.keep();
    go(`/sign-in?to=${encodeURIComponent(location.pathname)}`);
  };
  return (
    <div class={css.page}>
      <Title>{`${w.map.title} · ${event.title}`}</Title>
      <div class={css.head}>
        <div>
          <p class="note soft">{event.title}</p>
          <h1 tabIndex={-1}>{w.map.title}</h1>
        </div>
        {event.queue.enabled && kept && admitted && <Session eventId={event.eventId} until={kept.expiresAt} />}
      </div>
      {!open && !choice.refusal && (
        <div class={css.wide}>
          <Notice>
            <span>
              {status === "cancelled"
                ? w.event.cancelledText
                : status === "closed"
                  ? w.event.closedText
                  : status === "paused"
                    ? w.event.pausedText
                    : w.map.preview}
            </span>
            {event.queue.enabled && status !== "closed" && status !== "cancelled" && (
              <LinkButton href={`/events/${event.eventId}/line`}>{w.map.toLine}</LinkButton>
            )}
          </Notice>
        </div>
      )}
      {loading && (
        <div role="status" aria-label={w.app.loading}>
          <Skeleton height="60dvh" />
        </div>
      )}
      {!loading &&
        (model ? <Hall event={event} model={model} choice={choice} /> : <p class={css.wide}>{w.map.noPlan}</p>)}
      <div class={css.side}>
        <Refused event={event} choice={choice} />
        {open && <Best event={event} busy={choice.busy} onPick={(pick) => signedIn(() => choice.holdBest(pick))()} />}
        {model && <Legend event={event} model={model} />}
        <Standing
          event={event}
          left={left}
          disabled={!open}
          onPick={(sectionId) =>
            signedIn(() => choice.holdBest({ quantity: Math.min(2, event.maxSeatsPerOrder), sectionId }))()
          }
        />
        {open && model && (
          <Chosen event={event} choice={{ ...choice, holdChosen: async () => signedIn(choice.holdChosen)() }} />
        )}
      </div>
      <p class="hidden" role="status">
        {choice.said}
      </p>
    </div>
  );
};

export default function SeatsPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  const event = useQuery({ ...Reads.event(eventId), refetchInterval: 15_000 });
  const seated = event.data?.sections.some(({ kind }) => kind === "seated") ?? false;
  const plan = useQuery({ ...planOf(eventId), enabled: seated });
  const failed = event.isError && !event.data ? event : seated && plan.isError ? plan : undefined;
  if (failed) return <Failure error={failed.error} text={w.map.failed} retry={() => failed.refetch()} />;
  if (!event.data)
    return (
      <div class="stack" role="status" aria-label={w.app.loading}>
        <Skeleton height="2.500rem" width="50%" />
        <Skeleton height="60dvh" />
      </div>
    );
  return <Chooser event={event.data} model={seated ? plan.data : undefined} loading={seated && !plan.data} />;
}
