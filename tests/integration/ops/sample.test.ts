import { beforeAll, expect, test } from "vitest";
import { now } from "#core/lib/clock.ts";
import { sampleEvent } from "#ops/sample.ts";
import * as Harness from "#tests/support/harness.ts";

let stage: Harness.Stage;

beforeAll(async () => {
  stage = await Harness.stage();
});

test("the event of a first deployment is accepted as it is, and suits the tour: on sale, with a queue, in won", async () => {
  const { token } = await stage.user({ roles: ["admin"] });
  const made = await stage.call("POST /v1/admin/events", { token, body: sampleEvent(now()) });
  expect(made.status).toBe(201);
  const { eventId } = made.body;
  const event = await stage.call("GET /v1/events/{eventId}", { params: { eventId } });
  expect(event.body).toMatchObject({ status: "onsale", currency: "KRW", queue: { enabled: true } });
  const buyer = await stage.user();
  const joined = await stage.call("POST /v1/events/{eventId}/queue/places", {
    params: { eventId },
    token: buyer.token,
    body: {},
  });
  expect(joined.status).toBe(201);
});
