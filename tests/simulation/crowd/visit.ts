/** A buyer's context at each step. */
import type { User } from "#tests/support/stage.ts";
import type { Ask } from "./ask.ts";
import type { Sale } from "./sale.ts";
import type { Story } from "./story.ts";

/** A number in [0, 1) per call. */
export type Random = () => number;
/** The ms of answered steps. */
export type Record = (step: "hold" | "pay" | "settled", ms: number) => void;
export type Visit = {
  sale: Sale;
  user: User;
  ask: Ask;
  story: Story;
  random: Random;
  record: Record;
};
