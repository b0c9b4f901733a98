/** A worker thread for the proof of work, so that the page stays responsive. */
import type { Challenge } from "../../../client/buyer.ts";
import { solve } from "./work.ts";

addEventListener("message", ({ data }: MessageEvent<Challenge>) => postMessage(solve(data.token, data.difficulty)));
