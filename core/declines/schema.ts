import { define } from "#core/lib/errors.ts";

export const TooManyDeclined = define(
  "card.too_many_declined",
  429,
  "Too many cards were declined: no card is asked until the time in Retry-After is over. Points pay.",
);
