/** Waiting in line as the page does it. */
import { saw, sleep, type Visitor } from "../visitor.ts";

const SOONEST = 3;
const LATEST = 120;

export type Admission = Record<"admission", string>;

/** The lobby index or the number in line that a place token tells its owner. */
const claims = (place: string): { idx?: number; num?: number } =>
  JSON.parse(Buffer.from(place.split(".")[1] ?? "", "base64url").toString());

const status = async (visitor: Visitor) =>
  (await visitor.send("status", "GET", `/v1/events/${visitor.eventId}/queue`, { anonymous: true })).body;

/** Seconds until the next look: a fifth of the wait, no sooner than 3 s and no later than 120 s. */
const again = (ahead: number, perSecond: number): number => Math.min(LATEST, Math.max(SOONEST, ahead / perSecond / 5));

/**
 * Joins, polls until called, claims. Undefined if the journey's time (`params.patience`, seconds) is over before. In the lobby the
 * number comes with the draw; the claim tells it.
 */
export const enter = async (visitor: Visitor): Promise<Admission | undefined> => {
  const { eventId, userId, params } = visitor;
  const began = performance.now();
  const { place, number } = (await visitor.send("join", "POST", `/v1/events/${eventId}/queue/places`, { body: {} }))
    .body;
  visitor.tell("joined");
  const { idx } = claims(place);
  let mine: number | undefined = number ?? undefined;
  saw({ eventId, userId, index: idx, number: mine });
  const deadline = began + (params.patience ?? 600) * 1000;
  for (;;) {
    const line = await status(visitor);
    if (mine === undefined || line.serving >= mine) {
      const claimed = await visitor.send("claim", "POST", `/v1/events/${eventId}/queue/admissions`, {
        body: { place },
        expect: [201, 409],
      });
      if (claimed.status === 201) {
        visitor.tell("admitted");
        visitor.timed("wait", performance.now() - began);
        saw({ eventId, userId, index: idx, number: mine, admittedAt: Date.now() });
        return { admission: claimed.body.admission };
      }
      mine = claimed.body.number ?? mine;
    }
    const ahead = Math.max(0, (mine ?? line.issued) - line.serving);
    const pause = again(ahead, line.admitPerSecond) * 1000;
    if (performance.now() + pause > deadline) return void visitor.tell("impatient");
    await sleep(pause * (0.9 + 0.2 * Math.random()));
  }
};

export const leave = (visitor: Visitor) =>
  visitor.send("leave", "DELETE", `/v1/events/${visitor.eventId}/queue/admissions`);

/** queue-10k, queue-50k: until admitted; there is room for all, so nobody has to leave for the next. */
export const waitInLine = async (visitor: Visitor): Promise<void> => {
  await enter(visitor);
};
