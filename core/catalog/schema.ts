import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { Amount, Currency, Instant, lazy, list, named, paging, text, When } from "#core/lib/schemas.ts";
import type { Cancelled } from "./cancel-schema.ts";
import { airport, category, Flight, Kind, type kinds, limits, Prices } from "./fields.ts";
import { Plan } from "./plan-schema.ts";
import { NewQueue, queueRules } from "./queue-rules.ts";

export * from "./availability-schema.ts";
export * from "./cancel-schema.ts";
export * from "./change-schema.ts";
export { Kind, kinds, maxSeatsPerOrder } from "./fields.ts";

/** Section ids are parts of keys and paths. */
const sectionId = () =>
  z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, "has other characters than A–Z a–z 0–9 . _ -"));

export const Section = lazy(() =>
  z.object({
    sectionId: sectionId(),
    name: z.string(),
    kind: z.enum(["seated", "general"]),
    capacity: z.int(),
  }),
);
export type Section = z.infer<typeof Section>;

export const GeneralAdmission = lazy(() =>
  z.strictObject({
    sectionId: sectionId(),
    name: text(100),
    capacity: z.int().check(z.minimum(1), z.maximum(100_000)),
    category: category(),
  }),
);
export type GeneralAdmission = z.infer<typeof GeneralAdmission>;

export const NewEvent = named("NewEvent", () =>
  z.strictObject({
    /** Default: the only organisation in which the caller may make events. */
    organisationId: z.optional(z.string().check(z.maxLength(64))),
    kind: Kind,
    title: text(200),
    venue: text(200),
    startsAt: Instant,
    salesOpenAt: Instant,
    /** Default: the start. */
    salesCloseAt: z.optional(Instant),
    /** Default: 24 h before the start. */
    cancelUntil: z.optional(Instant),
    currency: z._default(Currency, "KRW"),
    prices: Prices,
    maxSeatsPerOrder: z._default(limits.maxSeatsPerOrder, 4),
    maxSeatsPerUser: z._default(limits.maxSeatsPerUser, 8),
    holdSeconds: z._default(limits.holdSeconds, 300),
    queue: NewQueue,
    flight: z.optional(Flight),
    /** plan.ts checks what a schema of single fields cannot (duplicates, prices, limits). */
    plan: z.optional(Plan),
    generalAdmission: z.optional(z.array(GeneralAdmission).check(z.minLength(1), z.maxLength(100))),
    /** False makes a draft: a complete event that only its organisers see, until it is published. */
    publish: z._default(z.boolean(), true),
  }),
);
export type NewEvent = z.infer<typeof NewEvent>;

/** `draft`: only members of its organisation see it. `cancelled`: for good. The others follow from the sale. */
export const statuses = ["draft", "scheduled", "onsale", "paused", "closed", "soldout", "cancelled"] as const;
export type Status = (typeof statuses)[number];

/** The commitment is the SHA-256 of the seed's 32 bytes; the seed is shown once the lobby is frozen. */
export const Draw = lazy(() => z.object({ commitment: z.string(), seed: z.optional(z.string()) }));

const shown = () => ({
  eventId: z.string(),
  kind: Kind,
  title: z.string(),
  venue: z.string(),
  startsAt: Instant,
  salesOpenAt: Instant,
  salesCloseAt: Instant,
  cancelUntil: Instant,
  /** The event was moved: its first start, and until when buyers may return their tickets, whatever `cancelUntil` says. */
  postponed: z.optional(z.object({ from: Instant, refundUntil: Instant })),
  status: z.enum(statuses),
  currency: Currency,
  prices: z.record(z.string(), Amount),
  maxSeatsPerOrder: z.int(),
  maxSeatsPerUser: z.int(),
  holdSeconds: z.int(),
  queue: z.object(queueRules),
  draw: Draw,
  sections: z.array(Section),
  flight: z.optional(Flight),
  /** Goes up with each change of a fact that concerns buyers. Absent: there was none. A calendar entry has it as its sequence. */
  revision: z.optional(z.int()),
});

/** An event as the API shows it. */
export const EventView = named("Event", () => z.object(shown()));
export type EventView = z.infer<typeof EventView>;
export const EventList = named("EventList", () => list(EventView));

/** An event as its organisers see it: also a draft. */
export const OrganiserEvent = named("OrganiserEvent", () => z.object({ ...shown(), organisationId: z.string() }));
export type OrganiserEvent = z.infer<typeof OrganiserEvent>;
export const OrganiserEventQuery = lazy(() =>
  z.object({
    /** Words of the title or the venue. */
    q: z.optional(z.string().check(z.maxLength(200))),
    status: z.optional(z.enum(statuses)),
    ...paging,
  }),
);
export type OrganiserEventQuery = z.infer<typeof OrganiserEventQuery>;
export const OrganiserEventList = named("OrganiserEventList", () => list(OrganiserEvent));

export const EventQuery = lazy(() =>
  z.object({
    q: z.optional(z.string().check(z.maxLength(200))),
    kind: z.optional(Kind),
    from: z.optional(When),
    to: z.optional(When),
    origin: z.optional(airport()),
    destination: z.optional(airport()),
    ...paging,
  }),
);
export type EventQuery = z.infer<typeof EventQuery>;

/** An event inside core/: times are in epoch ms. */
export type Event = {
  eventId: string;
  /** Events of earlier releases have none: they are the platform's. */
  organisationId?: string | undefined;
  /** Goes up with each change of a fact that concerns buyers (edit.ts). 0 if it is absent. */
  revision?: number | undefined;
  /** Not published yet. */
  draft?: true | undefined;
  /** Cancelled for good. `set` is `closed` as well, so that the queue needs no rule of its own. */
  cancelled?: Cancelled | undefined;
  postponed?: { from: number; refundUntil: number } | undefined;
  kind: (typeof kinds)[number];
  title: string;
  venue: string;
  startsAt: number;
  salesOpenAt: number;
  salesCloseAt: number;
  cancelUntil: number;
  /** The status that an organiser set. Otherwise the status follows from the clock. */
  set?: "paused" | "closed" | undefined;
  /** Nothing was free when availability was last counted. */
  soldOut: boolean;
  currency: string;
  prices: Record<string, number>;
  maxSeatsPerOrder: number;
  maxSeatsPerUser: number;
  holdSeconds: number;
  queue: {
    enabled: boolean;
    admitPerSecond: number;
    maxActive: number;
    sessionSeconds: number;
    claimSeconds: number;
    challenge?: "none" | "work" | undefined;
    difficulty?: number | undefined;
    requires?: "verifiedEmail"[] | undefined;
  };
  /** `lobby` is N, the number of visitors in the frozen lobby; with it the seed is public. Both are absent until the freeze. */
  draw: { commitment: string; lobby?: number | undefined; seed?: string | undefined };
  sections: Section[];
  flight?: Flight | undefined;
};

/** Events of earlier releases have no organisation: they are the platform's. */
export const organisationOf = ({ organisationId = "org_platform" }: Pick<Event, "organisationId">): string =>
  organisationId;

/** A seat of a plan. `row` and `number` are as printed on the ticket; null in general admission, and if the plan has none. */
export type PlanSeat = {
  seatId: string;
  sectionId: string;
  row: string | null;
  number: string | null;
  category: string;
};

export const EventNotFound = define("event.not_found", 404, "This event does not exist.");
export const SectionNotFound = define("section.not_found", 404, "This event has no such section.");
export const PlanNotFound = define("plan.not_found", 404, "This event has no seating plan.");
