import { type Model, read } from "./plan.ts";

/** The plan never changes, and is large: it is read once and kept as the map needs it. */
export const planOf = (eventId: string) => ({
  queryKey: ["plan", eventId] as const,
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
  queryFn: async (): Promise<Model> => {
    const response = await fetch(`/v1/events/${encodeURIComponent(eventId)}/plan`);
    if (!response.ok) throw new Error(`The plan answered ${response.status}`);
    return read(await response.json());
  },
});
