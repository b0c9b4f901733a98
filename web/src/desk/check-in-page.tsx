/** The door: a code, typed, scanned or seen by the camera, and a clear answer. */
import { useRef, useState } from "preact/hooks";
import { api, body, type Schemas } from "../api/client.ts";
import { ApiProblem, codeOf } from "../api/problem.ts";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { Button, Field, type Tone } from "../ui/index.tsx";
import { said } from "../ui/words.ts";
import { Camera } from "./camera.tsx";
import css from "./desk.module.css";
import { Gate } from "./gate.tsx";

type Verdict = { tone: Tone; title: string; detail: string };

const welcome = ({ seatId, eventId }: Schemas["CheckedIn"]): Verdict => ({
  tone: "good",
  title: d.door.good,
  detail: `${seatId} · ${eventId}`,
});

const refused = (error: unknown): Verdict => {
  const at = error instanceof ApiProblem ? error.document.checkedInAt : undefined;
  if (codeOf(error) === "ticket.already_used")
    return {
      tone: "bad",
      title: d.door.used,
      detail: typeof at === "string" ? d.door.usedAt(date(at, "second")) : said(error),
    };
  if (codeOf(error) === "ticket.invalid" || codeOf(error) === "request.invalid")
    return { tone: "bad", title: d.door.bad, detail: said(error) };
  return { tone: "warn", title: d.door.unknown, detail: said(error) };
};

const Door = () => {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [count, setCount] = useState(0);
  const field = useRef<HTMLFormElement>(null);
  const check = async (given: string) => {
    if (!given || busy) return;
    setBusy(true);
    try {
      setVerdict(welcome(await body(api.POST("/v1/admin/check-ins", { body: { code: given } }))));
      setCount((before) => before + 1);
      setCode("");
    } catch (error) {
      setVerdict(refused(error));
    } finally {
      setBusy(false);
      field.current?.querySelector("input")?.select(); // a hand scanner types the next code
    }
  };
  return (
    <div class={css.door}>
      <h1 tabIndex={-1}>{d.door.title}</h1>
      <div role="alert">
        {verdict && (
          <div class={css.verdict} data-tone={verdict.tone}>
            <strong>{verdict.title}</strong>
            <span>{verdict.detail}</span>
          </div>
        )}
      </div>
      <form
        class="stack"
        ref={field}
        onSubmit={(event) => {
          event.preventDefault();
          check(code.trim());
        }}
      >
        <Field
          label={d.door.code}
          autocomplete="off"
          spellcheck={false}
          maxLength={2000}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" big wide busy={busy}>
          {d.door.submit}
        </Button>
      </form>
      <Camera onCode={check} />
      <p class="note soft number">{d.door.count(count)}</p>
    </div>
  );
};

export default function CheckInPage() {
  return (
    <Gate title={d.door.title}>
      <Door />
    </Gate>
  );
}
