/** The state of an event's seats, from the public API. */
type Section = { sectionId: string; kind: "seated" | "general"; capacity: number };

const get = async <T>(url: string): Promise<T> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as T;
};

/** The sold, held and free seats, as counters of a run. */
export const seats = async (
  target: string,
  eventId: string,
): Promise<Record<"seats.sold" | "seats.held" | "seats.free", number>> => {
  const path = `${target}/v1/events/${eventId}`;
  const { sections } = await get<{ sections: Section[] }>(path);
  const taken = await Promise.all(
    sections.map(({ sectionId }) =>
      get<{ taken: Record<string, "held" | "sold"> }>(`${path}/sections/${encodeURIComponent(sectionId)}/seats`),
    ),
  );
  const states = taken.flatMap((section) => Object.values(section.taken));
  const sold = states.filter((state) => state === "sold").length;
  const capacity = sections.reduce((sum, section) => sum + section.capacity, 0);
  return { "seats.sold": sold, "seats.held": states.length - sold, "seats.free": capacity - states.length };
};
