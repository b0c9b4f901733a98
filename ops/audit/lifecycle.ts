/** An event's life: what drafts and cancelled events do not sell, and what the log and the organisation's list have of each event. */
import { type Facts, type Finding, group, type Invariant, isLive } from "./invariant.ts";
import type { EventFacts, OrderFacts } from "./snapshot.ts";

const draftSellsNothing = ({ events, orders, seats }: Facts): Finding => {
  const drafts = new Set(events.filter(({ draft }) => draft).map(({ eventId }) => eventId));
  const taken = [...orders, ...seats].filter(({ eventId }) => drafts.has(eventId));
  return {
    looked: drafts.size,
    violations: taken.map(({ orderId, eventId }) => `${orderId} is of the draft ${eventId}`),
  };
};

/** A disputed order waits for its bank, and is left. */
const outlives = (order: OrderFacts, at: number): boolean =>
  order.status === "paying" || (isLive(order, at) && !order.attempts?.[order.attemptId ?? ""]?.disputed);

const endedWithTheirEvent = ({ events, orders, at }: Facts): Finding => {
  const over = new Set(events.filter(({ cancelled }) => cancelled?.finished).map(({ eventId }) => eventId));
  const ended = orders.filter(({ eventId }) => over.has(eventId));
  const violations = ended
    .filter((order) => outlives(order, at))
    .map(({ orderId, status, eventId }) => `${orderId} is ${status}, but the cancellation of ${eventId} has finished`);
  return { looked: ended.length, violations };
};

/** The log's actions that the event must have had. `revision` counts the changes that were mailed. Events of commands have no creation. */
const logged = ({ events, log }: Facts): Finding => {
  const entriesOf = group(log, ({ of }) => of);
  const violations = events.flatMap(({ eventId, draft, cancelled, postponed, revision = 0 }) => {
    const entries = entriesOf.get(eventId) ?? [];
    const has = (action: string) => entries.some((entry) => entry.action === action);
    const wasDraft = entries.some(({ changes }) => changes?.draft?.to === true);
    const edits = entries.filter(({ action }) => action === "event.changed" || action === "event.postponed").length;
    return [
      ...(cancelled && !has("event.cancelled") ? [`${eventId} is cancelled, but its log does not say so`] : []),
      ...(postponed && !has("event.postponed") ? [`${eventId} is postponed, but its log does not say so`] : []),
      ...(wasDraft && !draft && !has("event.published")
        ? [`${eventId} is published, but its log does not say so`]
        : []),
      ...(revision > edits ? [`${eventId} has changed ${revision} times, but its log has ${edits} changes`] : []),
    ];
  });
  return { looked: log.length, violations };
};

const entryOf = ({ eventId, organisationId = "org_platform", startsAt, listed }: EventFacts): string =>
  [`${organisationId} ${String(startsAt).padStart(15, "0")}`, eventId, ...(listed ? [listed] : [])].join("#");

/** Events of earlier releases are not listed until they are changed. A change that is unfinished leaves its names in `stale`. */
const listedOnce = ({ events, lists, log }: Facts): Finding => {
  if (!lists) return { looked: 0, violations: [], unseen: "not all lists are read here" };
  const entries = group(lists, (entry) => entry.split("#")[1]);
  const made = new Set(log.filter(({ action }) => action === "event.created").map(({ of }) => of));
  const judged = events.filter(({ eventId, listed, deleted }) => !deleted && (listed || made.has(eventId)));
  const violations = judged.flatMap((event) => {
    const own = entries.get(event.eventId) ?? [];
    if (!own.includes(entryOf(event))) return [`${event.eventId} is not in its organisation's list`];
    return own.length > 1 && !event.stale ? [`${event.eventId} is ${own.length} times in organisations' lists`] : [];
  });
  return { looked: judged.length, violations };
};

export const lifecycle: Invariant[] = [
  { name: "draft ⇒ no orders", check: draftSellsNothing },
  { name: "cancellation finished ⇒ its orders ended", check: endedWithTheirEvent },
  { name: "an event's changes ⇒ in its log", check: logged },
  { name: "event ⇔ once in its organisation's list", check: listedOnce },
];
