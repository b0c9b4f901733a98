/**
 * How fast a cancelled event is refunded, and a changed one is mailed. Pure. Other sales share the settle queue, the gateway and SES's rate.
 * So a page is small, and the next one waits: at most 20 refunds a second, and at most half of the e-mails.
 */

/** Seats of a page. The refunds of a page reach the settle queue at once: they are two of its batches. */
export const pageSeats = 20;

const maxPerSecond = 20;

/** Orders that are refunded, or buyers that are mailed, in a second. `mailRate`: e-mails that SES takes in a second. */
export const perSecond = (mailRate: number): number => Math.min(maxPerSecond, mailRate / 2);

/** Seconds until the next page, after a page with this number of refunds or e-mails. */
export const pageDelaySeconds = (count: number, mailRate: number): number => Math.ceil(count / perSecond(mailRate));

/** Longer than another environment sells with an older event (2 s) and its function runs (10 s). */
const firstDelaySeconds = 15;
/** SQS's longest. */
const maxDelaySeconds = 900;

/** Seconds until pass `pass` (from 1) begins, after the pass before it. */
export const passDelaySeconds = (pass: number): number =>
  Math.min(maxDelaySeconds, firstDelaySeconds * 2 ** (pass - 1));
