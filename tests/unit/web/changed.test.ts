/** What a page shows is read again after a change, also if its first answer is still on the way. */
import { QueryObserver } from "@tanstack/query-core";
import { beforeAll, expect, test, vi } from "vitest";

let queries: typeof import("../../../web/src/query.ts")["queries"];
let changed: typeof import("../../../web/src/api/reads.ts")["changed"];
beforeAll(async () => {
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("location", new URL("http://localhost/"));
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("localStorage", { getItem: () => null });
  ({ queries } = await import("../../../web/src/query.ts"));
  ({ changed } = await import("../../../web/src/api/reads.ts"));
});

test("a first read that began before a change is not what the page shows after it", async () => {
  let stored = "before";
  let answer = () => {};
  const queryFn = vi.fn(async () => {
    const read = stored;
    if (read === "before") await new Promise<void>((resolve) => (answer = resolve));
    return read;
  });
  const page = new QueryObserver(queries, { queryKey: ["log", 1], queryFn });
  const leave = page.subscribe(() => {});
  stored = "after";
  const done = changed("log");
  answer();
  await done;
  expect(page.getCurrentResult().data).toBe("after");
  expect(queryFn).toHaveBeenCalledTimes(2);
  leave();
});
