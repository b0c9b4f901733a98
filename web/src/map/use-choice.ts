/** The chosen seats, the result of holding them, and alternatives. */
import { useMemo, useRef, useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { Event, Order } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import * as Admission from "../line/admission.ts";
import { go } from "../router.tsx";
import { alternatives } from "./find.ts";
import { hold, isGone, openOrder, takenSeats, waitUntil } from "./hold.ts";
import type { Model } from "./model.ts";
import { FREE, HELD, type Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

export type Refusal =
  | { kind: "taken"; text: string; instead: number[][] }
  | { kind: "open"; order: Order | undefined }
  | { kind: "gone" }
  | { kind: "wait"; until: number }
  | { kind: "problem"; error: unknown };

export type Choice = ReturnType<typeof useChoice>;

export const nameOf = (model: Model, seat: number): string => {
  const section = model.sections[model.sectionOf[seat] ?? 0];
  return w.map.seatLabel(
    section?.name ?? "",
    model.rows[model.rowOf[seat] ?? 0]?.label || null,
    model.numbers[seat] || null,
  );
};

export const priceOf = (event: Event, model: Model, seat: number): number =>
  event.prices[model.categories[model.category[seat] ?? 0]?.name ?? ""] ?? 0;

export const emptyScene = (model: Model): Scene => ({
  model,
  states: new Uint8Array(model.ids.length),
  free: [],
  left: [],
  chosen: new Set(),
  cursor: {},
  marked: new Set(),
  colours: { paper: "#fff", raised: "#fff", ink: "#000", soft: "#555", line: "#ddd", strong: "#888", signal: "#c33" },
  words: { left: w.map.left },
});

const place = (eventId: string) => `onsale:chosen:${eventId}`;

/** The seats that were chosen before the visitor went to sign in. */
const keptSeats = (eventId: string, model: Model): Set<number> => {
  const ids: string[] = JSON.parse(sessionStorage.getItem(place(eventId)) ?? "[]");
  sessionStorage.removeItem(place(eventId));
  return new Set(ids.flatMap((id) => model.bySeatId.get(id) ?? []));
};

export const useChoice = (event: Event, model: Model | undefined, mayChoose: boolean) => {
  const scene = useMemo(() => model && { ...emptyScene(model), chosen: keptSeats(event.eventId, model) }, [model]);
  const stage = useRef<Stage>(undefined);
  const [, again] = useState(0);
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const shown = () => {
    stage.current?.draw();
    again((count) => count + 1);
  };

  const toggle = (seat: number) => {
    if (!scene || !model) return;
    const name = nameOf(model, seat);
    if (scene.chosen.delete(seat)) say(w.map.deselected(name));
    else if (!mayChoose) return say(w.map.preview);
    else if (scene.states[seat] !== FREE) return say(w.map.notFree(name));
    else if (scene.chosen.size >= event.maxSeatsPerOrder) return say(w.map.most(event.maxSeatsPerOrder));
    else {
      scene.chosen.add(seat);
      say(w.map.selected(name, money(priceOf(event, model, seat), event.currency)));
    }
    shown();
  };

  const announce = (seat: number) => {
    if (!scene || !model) return;
    const state = scene.chosen.has(seat)
      ? w.map.states.mine
      : scene.states[seat] === FREE
        ? w.map.states.free
        : w.map.states.sold;
    say(`${nameOf(model, seat)}, ${money(priceOf(event, model, seat), event.currency)}, ${state}`);
  };
  const announceSection = (index: number) => {
    const section = model?.sections[index];
    if (section) say(w.map.freeIn(scene?.left[index] ?? section.to - section.from, section.name));
  };

  /** Chosen seats that somebody else has taken: shown at once, with the nearest alternatives. */
  const lose = (seats: number[]) => {
    if (!scene || !model || seats.length === 0) return;
    const wanted = [...scene.chosen];
    for (const seat of seats) {
      scene.chosen.delete(seat);
      if (scene.states[seat] === FREE) scene.states[seat] = HELD;
    }
    const [first] = seats;
    const text =
      seats.length === 1 && first !== undefined ? w.map.taken(nameOf(model, first)) : w.map.takenMany(seats.length);
    const instead = alternatives(model, scene.states, wanted.length > 0 ? wanted : seats);
    scene.marked = new Set(instead.flat());
    refuse({ kind: "taken", text, instead });
    shown();
  };

  const take = (seats: number[]) => {
    if (!scene) return;
    scene.chosen = new Set(seats);
    scene.marked = new Set();
    refuse(undefined);
    stage.current?.toSeats(seats);
    shown();
  };

  const explain = async (error: unknown) => {
    const lost = takenSeats(error).flatMap((seatId) => model?.bySeatId.get(seatId) ?? []);
    if (lost.length > 0) return lose(lost);
    if (isGone(error)) {
      Admission.dropAdmission(event.eventId);
      return refuse({ kind: "gone" });
    }
    if (codeOf(error) === "order.open_exists")
      return refuse({ kind: "open", order: await openOrder(event.eventId).catch(() => undefined) });
    const until = waitUntil(error);
    refuse(until === undefined ? { kind: "problem", error } : { kind: "wait", until });
  };

  const send = async (request: Parameters<typeof hold>[0]) => {
    setBusy(true);
    refuse(undefined);
    if (scene) scene.marked = new Set();
    try {
      const order = await hold(request);
      go(`/orders/${order.orderId}/pay`);
    } catch (error) {
      await explain(error);
    } finally {
      setBusy(false);
    }
  };

  const chosen = () => [...(scene?.chosen ?? [])].map((seat) => model?.ids[seat] ?? "");

  return {
    scene,
    stage,
    said,
    busy,
    refusal,
    toggle,
    announce,
    announceSection,
    lose,
    take,
    shown,
    dismiss: () => refuse(undefined),
    /** Keeps the chosen seats while the visitor signs in. */
    keep: () => sessionStorage.setItem(place(event.eventId), JSON.stringify(chosen())),
    holdChosen: () => send({ eventId: event.eventId, seats: chosen() }),
    holdBest: (pick: { quantity: number; sectionId?: string; category?: string }) =>
      send({ eventId: event.eventId, pick }),
  };
};
