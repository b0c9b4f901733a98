/** Solves the challenge of a place or a sign-in. It is loaded only if there is a challenge. */
import type { Challenge } from "../../../client/buyer.ts";

/** Resolves with the answer to send. It never resolves after `signal` has ended the work. */
export const answer = ({ token, difficulty }: Challenge, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    signal.addEventListener("abort", () => worker.terminate());
    worker.onerror = () => reject(new Error("The work could not be done."));
    worker.onmessage = ({ data }: MessageEvent<string>) => {
      worker.terminate();
      resolve(data);
    };
    worker.postMessage({ token, difficulty });
  });
