/** Why a hold was refused, and what the buyer can do. */
import { useEffect, useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { Event } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import { clockFace, useNow } from "../ui/clock.ts";
import { Button, Failure, LinkButton, Notice } from "../ui/index.tsx";
import { release } from "./hold.ts";
import css from "./refusal.module.css";
import { type Choice, nameOf, priceOf } from "./use-choice.ts";

const Instead = ({ event, choice, instead }: { event: Event; choice: Choice; instead: number[][] }) => {
  const model = choice.scene?.model;
  if (!model || instead.length === 0) return null;
  return (
    <div class={css.near}>
      <h3>{w.map.near}</h3>
      {instead.map((seats) => (
        <button type="button" key={seats.join()} onClick={() => choice.take(seats)}>
          <span>{seats.map((seat) => nameOf(model, seat)).join("; ")}</span>
          <span class="number">
            {money(
              seats.reduce((sum, seat) => sum + priceOf(event, model, seat), 0),
              event.currency,
            )}
          </span>
        </button>
      ))}
    </div>
  );
};

const Open = ({ choice, orderId }: { choice: Choice; orderId: string | undefined }) => {
  const [error, setError] = useState<unknown>();
  return (
    <>
      <Notice tone="warn">
        <span>{w.map.openOrder}</span>
        {orderId && <LinkButton href={`/orders/${orderId}/pay`}>{w.map.toOrder}</LinkButton>}
        {orderId && (
          <Button look="plain" onClick={() => release(orderId).then(choice.dismiss, setError)}>
            {w.map.release}
          </Button>
        )}
      </Notice>
      {error !== undefined && <Failure error={error} />}
    </>
  );
};

/** Disappears when seats can be held again. */
const Wait = ({ choice, until }: { choice: Choice; until: number }) => {
  const now = useNow(until);
  const over = now >= until;
  useEffect(() => {
    if (over) choice.dismiss();
  }, [over]);
  return (
    <Notice tone="warn">
      <span>
        {w.map.cooldown} {w.map.cooldownLeft}{" "}
        <b class="number" role="timer">
          {clockFace(until - now)}
        </b>
      </span>
    </Notice>
  );
};

export const Refused = ({ event, choice }: { event: Event; choice: Choice }) => {
  const { refusal } = choice;
  if (!refusal) return null;
  if (refusal.kind === "taken")
    return (
      <div class="stack">
        <Notice tone="bad">{refusal.text}</Notice>
        <Instead event={event} choice={choice} instead={refusal.instead} />
      </div>
    );
  if (refusal.kind === "open") return <Open choice={choice} orderId={refusal.order?.orderId} />;
  if (refusal.kind === "wait") return <Wait choice={choice} until={refusal.until} />;
  if (refusal.kind === "gone")
    return (
      <Notice tone="warn">
        <span>
          <b>{w.map.sessionOver}.</b> {w.map.sessionOverText}
        </span>
        <LinkButton href={`/events/${event.eventId}/line`}>{w.map.toLine}</LinkButton>
      </Notice>
    );
  if (codeOf(refusal.error) === "seat.none_left") return <Notice tone="warn">{w.map.noneLeft}</Notice>;
  return <Failure error={refusal.error} />;
};
