/**
 * Idempotency keys as Stripe keeps them: the first answer of a key is saved, whatever it is, also a 500, and replayed for 24 hours;
 * after that the key can be used again. A key belongs to the account, not to a path.
 */
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

export type Answer = { status: number; body: string; requestId: string; replayed?: true };

const dayMs = 24 * 3_600_000;

export const make = (store: Store, now: () => number) => {
  const inUse = new Set<string>();

  /** `run` returns the answer to save. An error that it throws is not saved. */
  return async (key: string, request: string, run: () => Promise<Answer>): Promise<Answer> => {
    const saved = store.get("key", key);
    if (saved && now() - saved.at < dayMs) {
      if (saved.request === request) return { ...saved, replayed: true };
      const message = `Keys for idempotent requests can only be used with the endpoint and the parameters they were first used with: '${key}'.`;
      throw new Refusal(400, { type: "idempotency_error", message }, false);
    }
    if (inUse.has(key)) {
      const message = `There is currently another in-progress request using this idempotency key: ${key}.`;
      throw new Refusal(409, { type: "idempotency_error", code: "idempotency_key_in_use", message }, false);
    }
    inUse.add(key);
    try {
      const answer = await run();
      store.put("key", key, { at: now(), request, ...answer });
      return answer;
    } finally {
      inUse.delete(key);
    }
  };
};
