/** What the client says of codes is what the server does. */
import { expect, test } from "vitest";
import { codeMinutes } from "#client/account.ts";
import { untilOf } from "#core/account/code.ts";
import * as Ids from "#core/lib/ids.ts";

test("a code is valid for as many minutes as the pages say", () => {
  const now = Date.UTC(2026, 10, 27);
  expect(untilOf(Ids.make("cod", now)) - now).toBe(codeMinutes * 60_000);
});
