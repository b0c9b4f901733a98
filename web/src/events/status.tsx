import type { Event } from "../../../client/shapes.ts";
import { serverNow } from "../api/clock.ts";
import { w } from "../i18n/index.ts";
import { Pill, type Tone } from "../ui/index.tsx";

export type Status = Event["status"];

/** The status by the clock: the answer may be a few seconds older than the opening. */
export const statusOf = (event: Event, now = serverNow()): Status => {
  if (event.status === "scheduled" && now >= Date.parse(event.salesOpenAt)) return "onsale";
  if (event.status === "onsale" && now >= Date.parse(event.salesCloseAt)) return "closed";
  return event.status;
};

const tones: Record<Status, Tone | undefined> = {
  draft: undefined,
  scheduled: "signal",
  onsale: "good",
  paused: "warn",
  closed: undefined,
  soldout: "bad",
  cancelled: "bad",
};

export const StatusPill = ({ event }: { event: Event }) => {
  const status = statusOf(event);
  return <Pill {...(tones[status] && { tone: tones[status] })}>{w.status[status]}</Pill>;
};
