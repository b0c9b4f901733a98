/** A new event: title, times, plan, prices, rules, a preview, and the API's errors. */
import { useMemo, useState } from "preact/hooks";
import { ApiProblem } from "../../../client/problem.ts";
import { serverNow } from "../api/clock.ts";
import { d } from "../i18n/desk.ts";
import { w, zone } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { go } from "../router.tsx";
import { Ask } from "../ui/ask.tsx";
import { Button, Field, Select } from "../ui/index.tsx";
import { Areas, Prices } from "./areas.tsx";
import { Check } from "./check.tsx";
import desk from "./desk.module.css";
import { blank, type Draft, toRequest } from "./draft.ts";
import { publishAsk } from "./draft-controls.tsx";
import { create } from "./event-reads.ts";
import { Gate, SomeRole } from "./gate.tsx";
import css from "./new-page.module.css";
import { OrganisationChoice } from "./organisation-choice.tsx";
import { PlanDrop } from "./plan-drop.tsx";
import { type Fault, faultsOf } from "./plan-faults.ts";
import { Preview } from "./preview.tsx";
import { Problems } from "./problems.tsx";

const kinds = ["concert", "match", "theatre", "flight", "club"] as const;

export type Set = (change: Partial<Draft>) => void;
type Part = { draft: Draft; set: Set };
type TextName = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft];
type NumberName = { [K in keyof Draft]: Draft[K] extends number ? K : never }[keyof Draft];
type Input = { currentTarget: HTMLInputElement };

const fields = ({ draft, set }: Part) => ({
  text: (name: TextName) => ({
    value: draft[name] as string,
    onInput: (event: Input) => set({ [name]: event.currentTarget.value }),
  }),
  number: (name: NumberName) => ({
    type: "number",
    value: Number.isNaN(draft[name]) ? "" : String(draft[name]),
    onInput: (event: Input) => set({ [name]: event.currentTarget.valueAsNumber }),
  }),
});

const Basics = ({ draft, set }: Part) => {
  const { text } = fields({ draft, set });
  const at = "datetime-local";
  return (
    <section>
      <h2>{d.new.basics}</h2>
      <div class={desk.two}>
        <Select
          label={d.new.kind}
          value={draft.kind}
          onChange={(event) => set({ kind: event.currentTarget.value as Draft["kind"] })}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {w.kind[kind]}
            </option>
          ))}
        </Select>
        <Field label={d.new.name} required maxLength={200} {...text("title")} />
        <Field label={d.new.venue} required maxLength={200} {...text("venue")} />
        {draft.kind === "flight" ? (
          <>
            <Field label={d.new.origin} required pattern="[A-Z]{3}" {...text("origin")} />
            <Field label={d.new.destination} required pattern="[A-Z]{3}" {...text("destination")} />
            <Field label={d.new.departs} type={at} required {...text("departsAt")} />
            <Field label={d.new.arrives} type={at} required {...text("arrivesAt")} />
          </>
        ) : (
          <Field label={d.new.startsAt} type={at} required {...text("startsAt")} />
        )}
        <Field label={d.new.opensAt} type={at} required {...text("salesOpenAt")} />
        <Field label={d.new.closesAt} type={at} hint={d.new.closesHint} {...text("salesCloseAt")} />
        <Field label={d.new.cancelUntil} type={at} hint={d.new.cancelHint} {...text("cancelUntil")} />
      </div>
      <p class="small soft">{d.new.timeZone(zone())}</p>
    </section>
  );
};

const Rules = ({ draft, set }: Part) => {
  const { number } = fields({ draft, set });
  return (
    <section>
      <h2>{d.new.rules}</h2>
      <div class={desk.two}>
        <Field label={d.new.perOrder} min={1} max={20} required {...number("maxSeatsPerOrder")} />
        <Field label={d.new.perUser} min={1} max={1000} required {...number("maxSeatsPerUser")} />
        <Field label={d.new.hold} min={1} max={3600} required {...number("holdSeconds")} />
      </div>
      <Check title={d.new.queue} hint={d.new.queueHint} checked={draft.queue} onChange={(queue) => set({ queue })} />
      {draft.queue && (
        <>
          <div class={desk.two}>
            <Field label={d.new.rate} min={0.1} max={10_000} step="any" required {...number("admitPerSecond")} />
            <Field label={d.new.maxActive} min={1} max={100_000} required {...number("maxActive")} />
            <Field label={d.new.session} min={1} max={7_200} required {...number("sessionSeconds")} />
            <Field label={d.new.claim} min={1} max={3_600} required {...number("claimSeconds")} />
          </div>
          <Check
            title={d.new.challenge}
            hint={d.new.challengeHint}
            checked={draft.challenge}
            onChange={(challenge) => set({ challenge })}
          />
        </>
      )}
    </section>
  );
};

const Form = () => {
  const [draft, setDraft] = useState(() => blank(serverNow()));
  const set: Set = (change) => setDraft((before) => ({ ...before, ...change }));
  const creating = useAction(create);
  const own = useMemo(() => (draft.plan ? faultsOf(draft.plan) : []), [draft.plan]);
  const answered = creating.error instanceof ApiProblem ? (creating.error.document.errors ?? []) : [];
  const faults: Fault[] = useMemo(
    () => [
      ...own,
      ...answered.filter(({ path }) => path.startsWith("plan.") && !own.some((fault) => fault.path === path)),
    ],
    [own, creating.error],
  );
  const [asking, ask] = useState(false);
  const [organisationId, choose] = useState("");
  const make = async (publish: boolean) => {
    const made = await creating.run({ ...toRequest(draft), publish, ...(organisationId && { organisationId }) });
    ask(false);
    if (made) go(`/desk/events/${made.eventId}${publish ? "" : "/edit"}`);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (event.submitter?.id === "publish") ask(true);
    else make(false);
  };
  return (
    <form class={css.form} onSubmit={submit}>
      <OrganisationChoice value={organisationId} onChoose={choose} />
      <Basics draft={draft} set={set} />
      <section>
        <h2>{d.new.plan}</h2>
        <PlanDrop plan={draft.plan} faults={faults} onPlan={(plan) => set({ plan })} />
      </section>
      <Areas draft={draft} set={set} />
      <Prices draft={draft} set={set} />
      <Rules draft={draft} set={set} />
      <Preview draft={draft} />
      {creating.error !== undefined && <Problems error={creating.error} />}
      <div class="stack">
        <div class="row">
          <Button type="submit" big busy={creating.busy}>
            {d.draft.save}
          </Button>
          <Button type="submit" id="publish" look="quiet" big>
            {d.draft.publish}
          </Button>
        </div>
        <p class="note soft">{d.draft.hint}</p>
      </div>
      {asking && (
        <Ask
          text={publishAsk(draft)}
          yes={d.draft.publish}
          no={w.app.close}
          busy={creating.busy}
          onYes={() => make(true)}
          onNo={() => ask(false)}
        />
      )}
    </form>
  );
};

export default function NewPage() {
  return (
    <Gate title={d.new.title}>
      <h1 tabIndex={-1}>{d.new.title}</h1>
      <SomeRole needs="manager">
        <Form />
      </SomeRole>
    </Gate>
  );
}
