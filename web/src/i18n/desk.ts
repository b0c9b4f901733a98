/** The organiser's words, loaded with the organiser's pages. */
import type { DeskWords } from "./desk-en.ts";
import { alongside, language } from "./index.ts";

/** A live binding, like `w`. */
export let d: DeskWords;

export const speakDesk = async (): Promise<void> => {
  d = language === "ko" ? (await import("./desk-ko.ts")).ko : (await import("./desk-en.ts")).en;
};
alongside(speakDesk);
