/** Keeps the map's colours up to date: free places by section always, taken seats only for visible sections. */
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { queries } from "../query.ts";
import { FREE, HELD, type Scene, SOLD } from "./scene.ts";

const FAR = 5_000;
const CLOSE = 2_500;
/** Most sections whose seats are read. The colours of the others come from the counts. */
const maxSections = 8;

export type Live = {
  /** The visible sections (indexes), and whether seats are drawn. */
  watch: (sections: number[], near: boolean) => void;
  /** A section to read now, for the list or before a choice in it. */
  load: (section: number) => Promise<void>;
  stop: () => void;
};

/** Calls `changed` when the scene has changed, with the chosen seats that somebody else has taken. */
export const live = (eventId: string, scene: Scene, changed: (lost: number[]) => void): Live => {
  let near: number[] = [];
  let timers: number[] = [];
  let stopped = false;

  const counts = async () => {
    const { sections } = await queries.fetchQuery({ ...Reads.availability(eventId), staleTime: 1_000, retry: false });
    const free = new Map(sections.map((section) => [section.sectionId, section]));
    for (const [index, { sectionId }] of scene.model.sections.entries()) {
      const known = free.get(sectionId);
      scene.left[index] = known?.free;
      scene.free[index] = known && known.free / Math.max(1, known.capacity);
    }
    changed([]);
  };

  const load = async (index: number) => {
    const section = scene.model.sections[index];
    if (!section) return;
    const params = { eventId, sectionId: section.sectionId };
    const { taken } = await api.open("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params });
    const lost: number[] = [];
    scene.states.fill(FREE, section.from, section.to);
    for (const [seatId, state] of Object.entries(taken)) {
      const seat = scene.model.bySeatId.get(seatId);
      if (seat === undefined) continue;
      scene.states[seat] = state === "sold" ? SOLD : HELD;
      if (scene.chosen.has(seat)) lost.push(seat);
    }
    changed(lost);
  };

  const repeat = (work: () => Promise<unknown>, every: number) => {
    const round = async () => {
      if (!document.hidden) await work().catch(() => {}); // the map stays as it is, and the next round tries again
      if (!stopped) timers = [...timers.slice(-8), window.setTimeout(round, every * (0.9 + Math.random() * 0.2))];
    };
    round();
  };
  const seats = () => Promise.all(near.slice(0, maxSections).map(load));
  repeat(counts, FAR);
  repeat(seats, CLOSE);
  const resume = () => {
    if (!document.hidden) Promise.all([counts(), seats()]).catch(() => {});
  };
  document.addEventListener("visibilitychange", resume);

  return {
    watch: (sections, isNear) => {
      const before = new Set(near);
      near = isNear ? sections : [];
      for (const index of near.slice(0, maxSections)) if (!before.has(index)) load(index).catch(() => {});
    },
    load,
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      document.removeEventListener("visibilitychange", resume);
    },
  };
};
