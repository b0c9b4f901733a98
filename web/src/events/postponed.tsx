/** That an event was moved, and until when its tickets can be returned. */
import type { Event } from "../../../client/shapes.ts";
import { date, w } from "../i18n/index.ts";

export const Postponed = ({ event: { postponed } }: { event: Event }) =>
  postponed ? <p class="note">{w.event.postponed(date(postponed.from), date(postponed.refundUntil))}</p> : null;
