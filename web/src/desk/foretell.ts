/** What a rate and a room will do to the line: Little's law on what is seen. Pure. */
export type Effect = {
  /** Visitors let in a second. */
  through: number;
  limit: "rate" | "room";
  /** Seconds until the last one waiting is in. */
  wait: number;
};

/** How long a visitor stays, in seconds: those inside, by those let in a second. Undefined while too little was seen. */
export const stayOf = (active: number, entered: number, seconds: number): number | undefined =>
  seconds >= 20 && entered >= 5 && active > 0 ? active / (entered / seconds) : undefined;

export const foretell = (args: { rate: number; room: number; stay: number; waiting: number }): Effect => {
  const byRoom = args.room / Math.max(1, args.stay);
  const through = Math.min(args.rate, byRoom);
  return { through, limit: byRoom < args.rate ? "room" : "rate", wait: args.waiting / Math.max(0.001, through) };
};
