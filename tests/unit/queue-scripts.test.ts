/** Upstash's conditions for a script that must not block the whole database. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keyLocking } from "#core/lib/redis.ts";
import { script } from "#core/queue/redis.ts";
import claim from "#core/queue/scripts/claim.lua.ts";
import join_ from "#core/queue/scripts/join.lua.ts";
import leave from "#core/queue/scripts/leave.lua.ts";
import status from "#core/queue/scripts/status.lua.ts";

const scripts = { claim, join: join_, leave, status };

test("every script of the queue locks only its own", () => {
  for (const [name, body] of Object.entries(scripts)) {
    const { text } = script(name, body);
    expect(text.split("\n")[0]).toBe("#!lua flags=allow-key-locking");
    // and uses no other keys
    const calls = [...text.matchAll(/redis\.p?call\('(\w+)',\s*([^,)]+)/g)];
    expect(calls.length, name).toBeGreaterThan(0);
    for (const [call, , key] of calls) expect(key, `${name}: ${call}`).toMatch(/^KEYS\[\d\]$/);
  }
});

test("every script is sent with the flag", () => {
  const root = join(import.meta.dirname, "../..");
  const senders = ["core", "functions", "ops", "local"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(root, folder, file), "utf8"))
      .filter((text) => /\.(eval|evalsha)</.test(text)),
  );
  expect(senders).toHaveLength(2);
  for (const text of senders) expect(text).toContain("keyLocking");
  expect(keyLocking).toBe("#!lua flags=allow-key-locking\n");
});
