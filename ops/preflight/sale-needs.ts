/** The quotas that a sale needs, from the units that tests count. Pure. */
import { polls, units } from "../cost/units.ts";

export type Sale = {
  visitors: number;
  seats: number;
  /** The intended duration of the sale. */
  minutes: number;
};

/** The seconds after the opening within which all visitors come. */
const arrivalSeconds = 60;

/** The factor on the computed need, because load is uneven. */
const headroom = 1.5;

/** Environments of the workers, the mailer and the desk, and starting ones. */
const otherEnvironments = 120;

/** A buyer writes 24 units; the same again for holds that are not paid. */
const writeUnits = 48;

export type Needs = ReturnType<typeof needsOf>;

/** All per second, except `lambda` (concurrent environments) and `mails` (a day). */
export const needsOf = ({ visitors, seats, minutes }: Sale) => {
  const { join, claim, leave, status, order, pages } = units;
  const seconds = minutes * 60;
  const orders = seats / 2;
  const joins = visitors / arrivalSeconds;
  const admitted = orders / seconds;
  const requests = order.reads.requests + 4;
  const busyMs = joins * join.ms + admitted * (claim.ms + order.hold.ms + order.pay.ms + requests * order.reads.ms);
  return {
    admitted: Math.ceil(admitted),
    joins: Math.ceil(joins),
    api: Math.ceil(headroom * (joins + admitted * requests + status.perSecond)),
    edge: Math.ceil(headroom * ((visitors * polls(seconds)) / seconds + joins * pages.requests)),
    lambda: Math.ceil((headroom * busyMs) / 1_000) + otherEnvironments,
    writes: Math.ceil(admitted * writeUnits),
    redis: Math.ceil(
      joins * join.commands + admitted * (claim.commands + leave.commands) + status.perSecond * status.commands,
    ),
    mails: Math.ceil(orders),
  };
};
