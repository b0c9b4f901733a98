/** The client's types are those of the route table, as `npm run check` compiles them; none of the table's code is in the client. */
import { build } from "esbuild";
import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod/mini";
import { type Client, createClient } from "#client/client.ts";
import type { PublicRoute, ReplyOf, Request, RequestOf, UserRoute } from "#client/routes.ts";
import type { Event, Order } from "#client/shapes.ts";
import type { routes } from "#core/contract/routes.ts";
import type { OrderView } from "#core/order/schema.ts";

/** Calls that are compiled and never sent. */
const compiled = (_calls: (api: Client) => unknown[]) => expect(createClient()).toBeDefined();

test("every route of the table can be called, by the verb that its auth needs", () => {
  expectTypeOf<PublicRoute | UserRoute>().toEqualTypeOf<keyof typeof routes>();
  expectTypeOf<(typeof routes)[PublicRoute]["auth"]>().toEqualTypeOf<"public">();
  expectTypeOf<(typeof routes)[UserRoute]["auth"]>().toEqualTypeOf<"optional" | "user" | "admin">();
  compiled((api) => [
    api.open("GET /v1/health"),
    api.call("GET /v1/me"),
    // @ts-expect-error no session is sent to a public route
    api.call("GET /v1/health"),
    // @ts-expect-error a session is needed
    api.open("GET /v1/me"),
    // @ts-expect-error there is no such route
    api.call("GET /v1/orders/{orderId}/nothing", { params: { orderId: "" } }),
  ]);
});

test("a new route in the table needs no further step", () => {
  const invented = {
    query: z.object({ limit: z.optional(z.string()) }),
    body: z.strictObject({ name: z.string() }),
    answers: { 201: z.object({ thingId: z.string() }), 202: null, 200: "image/svg+xml" },
    idempotent: true,
  } as const;
  type Sent = RequestOf<"PUT /v1/things/{thingId}/parts/{part}", typeof invented>;
  expectTypeOf<Sent["params"]>().toEqualTypeOf<Record<"thingId" | "part", string>>();
  expectTypeOf<Sent["body"]>().toEqualTypeOf<{ name: string }>();
  expectTypeOf<Sent["query"]>().toEqualTypeOf<{ limit?: string | undefined } | undefined>();
  expectTypeOf<Sent>().toHaveProperty("idempotencyKey");
  type Answered = ReplyOf<typeof invented>;
  expectTypeOf<Extract<Answered, { status: 201 }>["body"]>().toEqualTypeOf<{ thingId: string }>();
  expectTypeOf<Extract<Answered, { status: 202 }>["body"]>().toEqualTypeOf<undefined>();
  expectTypeOf<Extract<Answered, { status: 200 }>["body"]>().toEqualTypeOf<string>();
  expect(invented.idempotent).toBe(true);
});

test("a missing path parameter or a wrong field does not compile", () => {
  compiled((api) => [
    api.call("GET /v1/orders/{orderId}", { params: { orderId: "ord_1" } }),
    // @ts-expect-error the path has a parameter
    api.call("GET /v1/orders/{orderId}"),
    // @ts-expect-error the parameter has another name
    api.call("GET /v1/orders/{orderId}", { params: { eventId: "evt_1" } }),
    // @ts-expect-error one of two parameters is missing
    api.open("GET /v1/events/{eventId}/sections/{sectionId}/seats", { params: { eventId: "evt_1" } }),

    api.call("POST /v1/orders", { body: { eventId: "evt_1", pick: { quantity: 2 } }, admission: "a" }),
    // @ts-expect-error a number is asked for
    api.call("POST /v1/orders", { body: { eventId: "evt_1", pick: { quantity: "2" } } }),
    // @ts-expect-error the schema takes no such field
    api.call("POST /v1/orders", { body: { eventId: "evt_1", pick: { quantity: 2, row: "1" } } }),
    // @ts-expect-error the body is required
    api.call("POST /v1/orders"),
    // @ts-expect-error the route takes no admission
    api.call("POST /v1/wallet/charges", { body: { amount: 1 }, admission: "a" }),
    // @ts-expect-error the route takes no such parameter
    api.call("GET /v1/orders", { query: { page: "2" } }),
    // @ts-expect-error the route takes no compressed body
    api.call("POST /v1/orders", { body: { eventId: "evt_1", seats: ["A"] }, gzip: true }),
  ]);
  expectTypeOf<Request<"POST /v1/events/{eventId}/queue/places">>().toHaveProperty("body");
});

test("answers have the domain's shapes, by status", () => {
  expectTypeOf<Order>().toEqualTypeOf<OrderView>();
  expectTypeOf<Event["queue"]["enabled"]>().toEqualTypeOf<boolean>();
  compiled((api) => [
    api.reply("DELETE /v1/orders/{orderId}", { params: { orderId: "ord_1" } }).then((reply) => {
      if (reply.status === 204) expectTypeOf(reply.body).toEqualTypeOf<undefined>();
      else expectTypeOf(reply.body).toEqualTypeOf<OrderView>();
      // @ts-expect-error the route has no such answer
      return reply.status === 201;
    }),
  ]);
});

test("a bundle of the client and the buyer has only code of client/", async () => {
  const { metafile } = await build({
    entryPoints: ["client/buyer.ts", "client/client.ts"],
    bundle: true,
    format: "esm",
    metafile: true,
    write: false,
    outdir: "unused",
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain("client/http.ts");
  expect(inputs.filter((file) => !file.startsWith("client/"))).toEqual([]);
});
