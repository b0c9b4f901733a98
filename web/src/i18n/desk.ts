/** The organiser's words, loaded with the organiser's pages. */
import type { DeskWords } from "./en/desk.ts";
import { alongside, language } from "./index.ts";

/** A live binding, like `w`. */
export let d: DeskWords;

export const speakDesk = async (): Promise<void> => {
  d = language === "ko" ? (await import("./ko/desk.ts")).ko : (await import("./en/desk.ts")).en;
};
alongside(speakDesk);
