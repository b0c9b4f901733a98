/** What the map shows. */
import type { Colours } from "./colour.ts";
import type { Model } from "./plan.ts";

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;

export type Scene = {
  model: Model;
  /** By seat: FREE, HELD, SOLD. */
  states: Uint8Array;
  /** By section: the share that is free, undefined before it is known. */
  free: (number | undefined)[];
  /** Free places by section. */
  left: (number | undefined)[];
  chosen: Set<number>;
  /** The seat or section under the keyboard. */
  cursor: { seat?: number | undefined; section?: number | undefined };
  /** Only this category matters: the rest is dimmed. */
  only?: number | undefined;
  /** It moves, on a device that is slow at it: what is small is left out. */
  swift?: boolean;
  /** Seats to point at, with a ring. */
  marked: Set<number>;
  colours: Colours;
  words: { left: (n: number) => string };
};
