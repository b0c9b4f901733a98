/** Answers what a place or a sign-in may cost; loaded only where it costs something. */
export type Challenge = { token: string; difficulty: number };

/** The answer that the API takes; never, once `signal` has ended the work. */
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
