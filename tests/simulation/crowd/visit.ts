/** What a buyer has with them at each step. */
import type { User } from "#tests/support/stage.ts";
import type { Ask } from "./ask.ts";
import type { Sale } from "./sale.ts";
import type { Story } from "./story.ts";

/** A number in [0, 1) a call. */
export type Random = () => number;
/** Of steps that were answered: ms. */
export type Record = (step: "hold" | "pay" | "settled", ms: number) => void;
export type Visit = {
  sale: Sale;
  user: User;
  ask: Ask;
  story: Story;
  random: Random;
  record: Record;
};
