import * as z from "zod/mini";
import { lazy } from "#core/lib/schemas.ts";

/** The payment gateways that there are. A new one is a file beside sandbox.ts, and its name here. */
export const providers = ["sandbox", "stripe", "toss"] as const;
export type ProviderName = (typeof providers)[number];

/** What the buyer's browser has to do before the gateway decides. It is for the payment's owner alone. */
export const Action = lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("redirect"), url: z.string() }),
    z.object({ type: z.literal("stripe"), clientSecret: z.string() }),
  ]),
);
export type Action = z.infer<typeof Action>;

/** What a gateway's own form makes of a card: printable ASCII, as every gateway's tokens are. */
export const CardToken = lazy(() => z.string().check(z.regex(/^[!-~]{1,200}$/, "is not a card token")));
