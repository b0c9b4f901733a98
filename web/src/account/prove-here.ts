/** The proof of an address on pages that need it seldom: its script and words are loaded when it is shown. */
import { lazy } from "../ui/lazy.tsx";

export const Prove = lazy(async () => {
  const [words, { Prove }] = await Promise.all([import("../i18n/account.ts"), import("./prove.tsx")]);
  await words.speakAccount();
  return Prove;
});
