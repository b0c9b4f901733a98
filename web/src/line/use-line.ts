/** A visitor's way through the queue, as one state: joining, the lobby, the line, the turn. */
import { useEffect, useRef, useState } from "preact/hooks";
import { isDrawn, numberOf } from "../../../client/place.ts";
import { ApiProblem, codeOf } from "../../../client/problem.ts";
import * as Admission from "./admission.ts";
import { type Follower, follow, type View } from "./follow.ts";

export type Line = {
  /** `working`: joining, and doing the work that a place costs here. `unverified`: the sale asks for a proven address first. */
  step: "joining" | "working" | "waiting" | "entering" | "in" | "spent" | "foreign" | "unverified";
  view?: View | undefined;
  /** The number in the line; undefined in the lobby. */
  number?: number | undefined;
  /** Set where the number came from the draw. */
  drew?: boolean;
  /** The last look or the last try failed. */
  problem?: unknown;
};

export const useLine = (eventId: string, user: string | undefined) => {
  const [line, set] = useState<Line>({ step: "joining" });
  const again = useRef<() => void>(() => {});

  useEffect(() => {
    if (!user) return;
    let over = false;
    const leaving = new AbortController();
    let follower: Follower | undefined;
    let timer = 0;
    const update = (change: Partial<Line>) => !over && set((before) => ({ ...before, ...change }));
    const place = () => Admission.place(eventId) ?? "";
    const retry = (work: () => void, error: unknown) => {
      update({ problem: error });
      timer = window.setTimeout(work, ((error as ApiProblem).retryAfter ?? 2) * 1000);
    };

    const join = async () => {
      try {
        if (!Admission.place(eventId))
          await Admission.join(eventId, () => update({ step: "working", problem: undefined }), leaving.signal);
        update({ step: "waiting", problem: undefined });
        follower ??= follow(eventId, viewed, (problem) => update({ problem }));
        follower.look();
      } catch (error) {
        if (codeOf(error) === "queue.place_foreign") {
          Admission.dropPlace(eventId);
          return update({ step: "foreign", problem: error });
        }
        if (codeOf(error) === "account.unverified") return update({ step: "unverified", problem: undefined });
        retry(join, error);
      }
    };

    let entering = false;
    const enter = async () => {
      if (entering || over) return;
      entering = true;
      update({ step: "entering" });
      try {
        await Admission.claim(eventId, place());
        update({ step: "in", problem: undefined });
      } catch (error) {
        refused(error);
      } finally {
        entering = false;
      }
    };
    const refused = (error: unknown) => {
      const code = codeOf(error);
      if (code === "queue.place_spent") {
        Admission.dropPlace(eventId);
        return update({ step: "spent", problem: undefined });
      }
      if (code === "queue.place_invalid" || code === "queue.place_foreign") {
        Admission.dropPlace(eventId);
        return void join();
      }
      update({ step: "waiting", ...(code !== "queue.not_yet" && { problem: error }) });
      timer = window.setTimeout(
        () => follower?.look(),
        (error instanceof ApiProblem ? (error.retryAfter ?? 3) : 3) * 1000,
      );
    };

    const viewed = async (view: View) => {
      const number = await numberOf(place(), view.status).catch(() => undefined);
      if (over) return;
      const fresh = follower && follower.number === undefined && number !== undefined;
      if (follower) follower.number = number;
      update({ view, number, drew: isDrawn(place()) && number !== undefined, problem: undefined });
      if (number !== undefined && number <= view.status.serving && view.status.phase === "line") await enter();
      else if (fresh) follower?.look(); // the number gives the wait, and the wait gives the time of the next poll
    };

    // Another tab of this user may get in first.
    const stored = (event: StorageEvent) => {
      if (event.key?.startsWith(`onsale:admission:${eventId}:`) && Admission.held(eventId)) update({ step: "in" });
    };
    addEventListener("storage", stored);
    again.current = () => {
      update({ step: "joining", number: undefined, view: undefined });
      join();
    };
    if (Admission.held(eventId)) update({ step: "in" });
    else join();
    return () => {
      over = true;
      leaving.abort();
      clearTimeout(timer);
      follower?.stop();
      removeEventListener("storage", stored);
    };
  }, [eventId, user]);

  return { line, rejoin: () => again.current() };
};
