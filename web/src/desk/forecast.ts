/** Forecasts what a rate and a capacity do to the line, by Little's law. Pure. */
export type Effect = {
  /** Visitors admitted a second. */
  through: number;
  limit: "rate" | "capacity";
  /** Seconds until the last waiting visitor is admitted. */
  wait: number;
};

/** How long a visitor stays, in seconds: visitors inside ÷ visitors admitted a second. Undefined until enough was seen. */
export const stayOf = (active: number, entered: number, seconds: number): number | undefined =>
  seconds >= 20 && entered >= 5 && active > 0 ? active / (entered / seconds) : undefined;

export const forecast = (args: { rate: number; capacity: number; stay: number; waiting: number }): Effect => {
  const byCapacity = args.capacity / Math.max(1, args.stay);
  const through = Math.min(args.rate, byCapacity);
  return {
    through,
    limit: byCapacity < args.rate ? "capacity" : "rate",
    wait: args.waiting / Math.max(0.001, through),
  };
};
