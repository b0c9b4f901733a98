/** The plan as the API sends it, and as the map needs it: seats in flat arrays, sections with their outlines. */

export type Point = { x: number; y: number };
type PlanSeat = { seat_guid: string; seat_number: string; position: Point; category: string };
type PlanRow = { row_number: string; position?: Point; seats: PlanSeat[] };
export type PlanArea = {
  shape?: string;
  color?: string | null;
  position?: Point;
  rotation?: number | null;
  rectangle?: { width: number; height: number } | null;
  circle?: { radius: number } | null;
  ellipse?: { radius: Point } | null;
  polygon?: { points: Point[] } | null;
  text?: { text?: string | null; position?: Point | null; color?: string; size?: number } | null;
};
export type PlanZone = { name: string; zone_id?: string; position: Point; rows?: PlanRow[]; areas?: PlanArea[] };
export type Plan = {
  name: string;
  size: { width: number; height: number };
  categories: { name: string; color: string }[];
  zones: PlanZone[];
};

export type Box = { left: number; top: number; right: number; bottom: number };

export type Row = Box & {
  label: string;
  /** Seats from..to (exclusive), in the plan's order. */
  from: number;
  to: number;
};

export type Section = Box & {
  sectionId: string;
  name: string;
  rows: Row[];
  from: number;
  to: number;
  /** Around the seats, x and y by turns. */
  outline: number[];
  /** The category of most of its seats. */
  category: number;
  centre: Point;
};

export type Area = PlanArea & { at: Point };

export type Model = {
  plan: Plan;
  sections: Section[];
  areas: Area[];
  categories: { name: string; color: string }[];
  /** By seat. */
  ids: string[];
  numbers: string[];
  x: Float32Array;
  y: Float32Array;
  category: Uint16Array;
  sectionOf: Uint16Array;
  rowOf: Uint32Array;
  rows: Row[];
  bySeatId: Map<string, number>;
  /** The usual distance between neighbours. */
  step: number;
  bounds: Box;
};
