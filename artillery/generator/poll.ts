/** How a visitor in line polls, as the page does. */
export type Line = { serving: number; issued: number; admitPerSecond: number };

const soonest = 3;
const latest = 120;

/** Seconds until the next poll: a fifth of the wait, at least 3 s and at most 120 s. `number` is undefined in the lobby. */
export const pollSeconds = ({ serving, issued, admitPerSecond }: Line, number: number | undefined): number => {
  const ahead = Math.max(0, (number ?? issued) - serving);
  return Math.min(latest, Math.max(soonest, ahead / admitPerSecond / 5));
};
