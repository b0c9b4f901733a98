/** The views of the lobby and the line. */
import { useState } from "preact/hooks";
import type { Event } from "../../../client/shapes.ts";
import { Countdown } from "../events/countdown.tsx";
import { Proof } from "../events/proof.tsx";
import { date, number, w } from "../i18n/index.ts";
import { Button, button, Progress } from "../ui/index.tsx";
import { arm } from "./chime.ts";
import css from "./line.module.css";
import type { Line } from "./use-line.ts";

export const Meanwhile = ({ event }: { event: Event }) => {
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
            <a class={`${button.button} ${button.plain}`} href="/wallet" target="_blank" rel="noopener">
              {w.line.tipCharge}
            </a>
          </li>
        )}
        {event.sections.some(({ kind }) => kind === "seated") && (
          <li>
            {w.line.tipMap}
            <a
              class={`${button.button} ${button.plain}`}
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

export const Lobby = ({ event, line }: { event: Event; line: Line }) => {
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

/** The number being served when this browser first saw the line: the start of the progress bar. */
const startOf = (key: string, serving: number): number => {
  const name = `onsale:start:${key}`;
  const kept = sessionStorage.getItem(name);
  if (kept === null) sessionStorage.setItem(name, String(serving));
  return Math.min(serving, Number(kept ?? serving));
};

export const Waiting = ({ event, line, at }: { event: Event; line: Line; at: number }) => {
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
