/**
 * The facts of an event whose change is mailed to its buyers, in the order of the e-mail. Prices, limits and sale times do not affect tickets
 * that were bought. Without imports, because the pages have it too.
 */
export const mailedFacts = [
  "title",
  "venue",
  "startsAt",
  "flight.origin",
  "flight.destination",
  "flight.departsAt",
  "flight.arrivesAt",
] as const;
