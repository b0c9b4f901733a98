/** What a sale asks of the accounts that it runs in, from the units that tests count. Pure. */
import { polls, units } from "../cost/units.ts";

export type Sale = {
  visitors: number;
  seats: number;
  /** That the sale is to take. */
  minutes: number;
};

/** A crowd comes within this many seconds of the opening. */
const arrivalSeconds = 60;

/** What is needed is asked for one and a half times: a crowd is not even. */
const headroom = 1.5;

/** Environments of the workers, the mailer and the desk, and those that start. */
const otherEnvironments = 120;

/** A buyer writes 24 units; as many again for what is held and let go. */
const writeUnits = 48;

export type Needs = ReturnType<typeof needsOf>;

/** All a second, but for `lambda` (environments at once) and `mails` (a day). */
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
