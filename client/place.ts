/** Reads a place token for its owner. */
import { drawn } from "./draw.ts";
import type { QueueStatus } from "./shapes.ts";
import { claims } from "./tokens.ts";

/** A lobby index, which the draw turns into a number, or a number in the line. */
type PlaceClaims = { idx?: number; num?: number };

/** Whether the place is from the lobby, so that its number comes from the draw. */
export const isDrawn = (place: string): boolean => claims<PlaceClaims>(place)?.idx !== undefined;

/** The number of a place; undefined for a place from the lobby until the draw's seed is revealed. */
export const numberOf = async (
  place: string,
  { draw, lobby, phase }: Pick<QueueStatus, "draw" | "lobby" | "phase">,
): Promise<number | undefined> => {
  const { idx, num } = claims<PlaceClaims>(place) ?? {};
  if (num !== undefined) return num;
  if (idx === undefined || !draw.seed || phase === "lobby") return undefined;
  return drawn(draw.seed, lobby, idx);
};
