/** The draft of an event: the form's values, and the request that they become. */
import type { NewEvent } from "../../../client/shapes.ts";
import { minor } from "../i18n/index.ts";
import type { Plan } from "../map/model.ts";

export type Area = { sectionId: string; name: string; capacity: number; category: string };

export type Draft = {
  kind: NewEvent["kind"];
  title: string;
  venue: string;
  /** The value of a browser's date field, in the organiser's time zone. */
  startsAt: string;
  salesOpenAt: string;
  salesCloseAt: string;
  cancelUntil: string;
  origin: string;
  destination: string;
  departsAt: string;
  arrivesAt: string;
  currency: string;
  /** In the currency's main unit, as people write prices. */
  prices: Record<string, number>;
  maxSeatsPerOrder: number;
  maxSeatsPerUser: number;
  holdSeconds: number;
  queue: boolean;
  admitPerSecond: number;
  maxActive: number;
  sessionSeconds: number;
  claimSeconds: number;
  challenge: boolean;
  plan: Plan | undefined;
  areas: Area[];
};

/** The value of a date field for an instant, in the reader's time zone. */
export const local = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const DAY = 86_400_000;

export const blank = (now: number): Draft => {
  const evening = new Date(now + 30 * DAY);
  evening.setHours(19, 30, 0, 0);
  const opening = new Date(now + DAY);
  opening.setHours(20, 0, 0, 0);
  return {
    kind: "concert",
    title: "",
    venue: "",
    startsAt: local(evening.getTime()),
    salesOpenAt: local(opening.getTime()),
    salesCloseAt: "",
    cancelUntil: "",
    origin: "",
    destination: "",
    departsAt: local(evening.getTime()),
    arrivesAt: local(evening.getTime() + 2 * 3_600_000),
    currency: "KRW",
    prices: {},
    maxSeatsPerOrder: 4,
    maxSeatsPerUser: 8,
    holdSeconds: 300,
    queue: true,
    admitPerSecond: 50,
    maxActive: 1_000,
    sessionSeconds: 600,
    claimSeconds: 60,
    challenge: false,
    plan: undefined,
    areas: [],
  };
};

/** Every category that needs a price. */
export const categories = ({ plan, areas }: Draft): string[] => [
  ...new Set(
    [...(plan?.categories.map(({ name }) => name) ?? []), ...areas.map(({ category }) => category)].filter(Boolean),
  ),
];

const instant = (text: string): string => new Date(text).toISOString();

export const isCurrency = (currency: string): boolean => /^[A-Z]{3}$/.test(currency);

export const toRequest = (draft: Draft): NewEvent => {
  const unit = isCurrency(draft.currency) ? 10 ** minor(draft.currency) : 1;
  const prices = Object.fromEntries(
    categories(draft).flatMap((name) =>
      draft.prices[name] === undefined ? [] : [[name, Math.round(draft.prices[name] * unit)]],
    ),
  );
  const { origin, destination, departsAt, arrivesAt } = draft;
  const flight = {
    origin,
    destination,
    departsAt: departsAt && instant(departsAt),
    arrivesAt: arrivesAt && instant(arrivesAt),
  };
  const startsAt = draft.kind === "flight" ? departsAt : draft.startsAt;
  return {
    kind: draft.kind,
    title: draft.title,
    venue: draft.venue,
    startsAt: startsAt && instant(startsAt),
    salesOpenAt: draft.salesOpenAt && instant(draft.salesOpenAt),
    ...(draft.salesCloseAt && { salesCloseAt: instant(draft.salesCloseAt) }),
    ...(draft.cancelUntil && { cancelUntil: instant(draft.cancelUntil) }),
    currency: draft.currency,
    prices,
    maxSeatsPerOrder: draft.maxSeatsPerOrder,
    maxSeatsPerUser: draft.maxSeatsPerUser,
    holdSeconds: draft.holdSeconds,
    queue: {
      enabled: draft.queue,
      admitPerSecond: draft.admitPerSecond,
      maxActive: draft.maxActive,
      sessionSeconds: draft.sessionSeconds,
      claimSeconds: draft.claimSeconds,
      ...(draft.challenge && { challenge: "work" as const }),
    },
    ...(draft.kind === "flight" && { flight }),
    ...(draft.plan && { plan: draft.plan as unknown as NonNullable<NewEvent["plan"]> }),
    ...(draft.areas.length > 0 && { generalAdmission: draft.areas }),
  };
};
