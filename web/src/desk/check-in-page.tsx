/** The entrance: choose the event, then enter, scan or film a code, and see the answer. */
import { useRef, useState } from "preact/hooks";
import type { Client } from "../../../client/client.ts";
import { ApiProblem, codeOf, passing } from "../../../client/problem.ts";
import type { CheckedIn, Event } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { seatName } from "../order/order-lines.tsx";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Button, Failure, Field, Notice, type Tone } from "../ui/index.tsx";
import { said } from "../ui/words.ts";
import { Camera } from "./camera.tsx";
import css from "./check-in-page.module.css";
import { checkIn, undoCheckIn } from "./desk-reads.ts";
import { ChooseEvent, keep, kept } from "./entrance.tsx";
import { Gate } from "./gate.tsx";
import * as Unanswered from "./unanswered.ts";

/** `done`: the check-in that can be undone. */
type Verdict = { tone: Tone; title: string; detail: string; done?: CheckedIn };

const welcome = (done: CheckedIn, event: Event | undefined): Verdict => ({
  tone: "good",
  title: d.entrance.good,
  detail: `${seatName(done.seat, event)} · ${done.seat.category}`,
  done,
});

/** The event of a ticket, if the API says it. */
const otherTitle = (error: unknown): string | undefined => {
  const event = error instanceof ApiProblem ? (error.document.event as { title?: string } | undefined) : undefined;
  return event?.title;
};

const refused = (error: unknown): Verdict => {
  const at = error instanceof ApiProblem ? error.document.checkedInAt : undefined;
  if (codeOf(error) === "ticket.already_used")
    return {
      tone: "bad",
      title: d.entrance.used,
      detail: typeof at === "string" ? d.entrance.usedAt(date(at, "second")) : said(error),
    };
  if (codeOf(error) === "ticket.other_event")
    return { tone: "bad", title: d.entrance.other, detail: otherTitle(error) ?? said(error) };
  if (codeOf(error) === "ticket.invalid" || codeOf(error) === "request.invalid")
    return { tone: "bad", title: d.entrance.bad, detail: said(error) };
  if (codeOf(error).startsWith("device.")) return { tone: "bad", title: d.device.over, detail: said(error) };
  return { tone: "warn", title: d.entrance.unknown, detail: said(error) };
};

/** Who checks in, and how another event is chosen. A device cannot choose. */
type Props = { eventId: string; by: Client; onChange?: () => void };

export const CheckIns = ({ eventId, by, onChange }: Props) => {
  const { data: event, error } = useQuery({ ...Reads.event(eventId), staleTime: 60_000 });
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [count, setCount] = useState(0);
  const undoing = useAction((done: CheckedIn) => undoCheckIn(by, done));
  const field = useRef<HTMLFormElement>(null);
  const check = async (given: string) => {
    if (!given || busy) return;
    setBusy(true);
    undoing.clear();
    // the same ticket after a scan without an answer is the same scan: its key gets the answer
    const scan = { eventId, code: given, key: Unanswered.keyOf({ eventId, code: given }) };
    try {
      setVerdict(welcome(await checkIn(by, scan), event));
      setCount((before) => before + 1);
      setCode("");
      Unanswered.forget(scan);
    } catch (error) {
      if (!passing(error)) Unanswered.forget(scan);
      setVerdict(refused(error));
    } finally {
      setBusy(false);
      field.current?.querySelector("input")?.select(); // a hand scanner types the next code
    }
  };
  const undo = async (done: CheckedIn) => {
    if (!(await undoing.run(done))) return;
    setVerdict({ tone: "warn", title: d.entrance.undone, detail: d.entrance.undoneHint });
    setCount((before) => before - 1);
  };
  return (
    <div class={css.entrance}>
      <h1 tabIndex={-1}>{d.entrance.title}</h1>
      <div class="spread">
        <strong>{event?.title}</strong>
        {onChange && (
          <Button look="plain" onClick={onChange}>
            {d.entrance.change}
          </Button>
        )}
      </div>
      {error !== null && !event && <Failure error={error} />}
      <div role="alert">
        {verdict && (
          <div class={css.verdict} data-tone={verdict.tone}>
            <strong>{verdict.title}</strong>
            <span>{verdict.detail}</span>
          </div>
        )}
      </div>
      {undoing.error !== undefined && <Notice tone="bad">{said(undoing.error)}</Notice>}
      {verdict?.done && (
        <Button look="quiet" busy={undoing.busy} onClick={() => verdict.done && undo(verdict.done)}>
          {d.entrance.undo}
        </Button>
      )}
      <form
        class="stack"
        ref={field}
        onSubmit={(event) => {
          event.preventDefault();
          check(code.trim());
        }}
      >
        <Field
          label={d.entrance.code}
          autocomplete="off"
          spellcheck={false}
          maxLength={2000}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" big wide busy={busy}>
          {d.entrance.submit}
        </Button>
      </form>
      <Camera onCode={check} />
      <p class="note soft number">{d.entrance.count(count)}</p>
    </div>
  );
};

const Entrance = ({ asked }: { asked: string | undefined }) => {
  const [eventId, setEventId] = useState(asked ?? kept());
  const choose = (chosen: string) => {
    keep(chosen);
    setEventId(chosen);
  };
  if (asked && asked !== kept()) keep(asked);
  if (eventId) return <CheckIns key={eventId} eventId={eventId} by={api} onChange={() => setEventId(undefined)} />;
  return (
    <div class={css.entrance}>
      <h1 tabIndex={-1}>{d.entrance.title}</h1>
      <p>{d.entrance.choose}</p>
      <ChooseEvent onChoose={choose} />
    </div>
  );
};

export default function CheckInPage({ query }: PageProps) {
  return (
    <Gate title={d.entrance.title}>
      <Entrance asked={query.get("event") ?? undefined} />
    </Gate>
  );
}
