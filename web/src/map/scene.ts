/** What the map shows. */
import type { Colours } from "./colour.ts";
import type { Model } from "./model.ts";

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;

export type Scene = {
  model: Model;
  /** By seat: FREE, HELD, SOLD. */
  states: Uint8Array;
  /** By section: the share that is free; undefined until it is known. */
  free: (number | undefined)[];
  /** Free places by section. */
  left: (number | undefined)[];
  chosen: Set<number>;
  /** The seat or section under the keyboard. */
  cursor: { seat?: number | undefined; section?: number | undefined };
  /** The chosen category: the others are dimmed. */
  only?: number | undefined;
  /** It is moving on a slow device: small details are left out. */
  swift?: boolean;
  /** Seats to mark with a ring. */
  marked: Set<number>;
  colours: Colours;
  words: { left: (n: number) => string };
};
