/** Measures one page with Lighthouse as a phone's first visit: an empty cache, except for the session. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { inject } from "vitest";
import { freePort } from "#local/engines/engine.ts";
import type * as Api from "#tests/e2e/api.ts";
import { flags, signIn } from "#tests/e2e/visitor.ts";
import { entry } from "./install.ts";

export const categories = ["performance", "accessibility", "best-practices"] as const;
export type Category = (typeof categories)[number];
/** The score of 100, and what lowered it, worst first. */
export type Scores = Record<Category, number> & { lost: string[] };

type Audit = { id: string; title: string; score: number | null; displayValue?: string };
type Result = {
  lhr: {
    categories: Record<Category, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
    audits: Record<string, Audit>;
    runtimeError?: { message: string };
  };
};
type Lighthouse = (url: string, flags: Record<string, unknown>) => Promise<Result | undefined>;

const read = ({ lhr }: Result): Scores => {
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const lost = categories
    .flatMap((category) => lhr.categories[category].auditRefs)
    .filter(({ weight }) => weight > 0)
    .map(({ id, weight }) => ({ weight, audit: lhr.audits[id] }))
    .filter(({ audit }) => audit?.score != null && audit.score < 1)
    .toSorted((a, b) => b.weight * (1 - (b.audit?.score ?? 1)) - a.weight * (1 - (a.audit?.score ?? 1)))
    .map(({ audit }) => `${audit?.id} ${audit?.displayValue ?? ""}`.trim());
  const scores = categories.map((category) => [category, Math.round((lhr.categories[category].score ?? 0) * 100)]);
  return { ...(Object.fromEntries(scores) as Record<Category, number>), lost };
};

/** Lighthouse's mobile preset: a mid-range phone on a slow 4G, simulated from what was loaded. */
export const measure = async (path: string, account?: Api.Account): Promise<Scores> => {
  const lighthouse = ((await import(entry)) as { default: Lighthouse }).default;
  const profile = mkdtempSync(join(tmpdir(), "onsale-lighthouse-"));
  const port = await freePort();
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: inject("chromium"),
    baseURL: inject("base"),
    args: [...flags, `--remote-debugging-port=${port}`],
  });
  try {
    if (account) await signIn(await browser.newPage(), account);
    const result = await lighthouse(inject("base") + path, {
      port,
      output: "json",
      logLevel: "error",
      onlyCategories: categories,
      disableStorageReset: true, // the session is in this tab; the profile is new
    });
    if (!result) throw new Error(`Lighthouse measured nothing at ${path}.`);
    return read(result);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
};
