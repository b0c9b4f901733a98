/** A thread of its own for the work, so that the page stays at its visitor's service. */
import type { Challenge } from "./challenge.ts";
import { solve } from "./work.ts";

addEventListener("message", ({ data }: MessageEvent<Challenge>) => postMessage(solve(data.token, data.difficulty)));
