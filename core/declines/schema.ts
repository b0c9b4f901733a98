import { define } from "#core/lib/errors.ts";

export const TooManyDeclined = define(
  "card.too_many_declined",
  429,
  "Too many cards were declined. Cards are accepted again after the time in Retry-After; points can still be used.",
);
