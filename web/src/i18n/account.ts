/** The words of signing in and of the account's page, loaded with the pages that use them. */
import type { AccountWords } from "./en/account.ts";
import { alongside, language } from "./index.ts";

/** A live binding, like `w`. */
export let a: AccountWords;

export const speakAccount = async (): Promise<void> => {
  a = language === "ko" ? (await import("./ko/account.ts")).ko : (await import("./en/account.ts")).en;
};
alongside(speakAccount);
