import { createClient } from "../../../client/client.ts";
import type { Model, Plan } from "./model.ts";
import { reading } from "./plan.ts";

/** The longest time, in ms, in which no touch is handled and no frame is drawn. */
const SLICE = 6;

/** A plan is large: on a slow line it takes longer than any other answer. */
const plans = createClient({ timeoutMs: 300_000 });

const pause = () => new Promise((resolve) => setTimeout(resolve));

const readInSlices = async (plan: Plan): Promise<Model> => {
  const steps = reading(plan);
  for (let began = performance.now(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < SLICE) continue;
    await pause();
    began = performance.now();
  }
};

/** The plan is large and never changes, so it is read once and kept in the map's form. */
export const planOf = (eventId: string) => ({
  queryKey: ["plan", eventId] as const,
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
  queryFn: async (): Promise<Model> => {
    const plan = await plans.open("GET /v1/events/{eventId}/plan", { params: { eventId } });
    return readInSlices(plan as Plan);
  },
});
