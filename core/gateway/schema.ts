import * as z from "zod/mini";
import { lazy } from "#core/lib/schemas.ts";

export { type ProviderName, providers } from "#core/lib/providers.ts";

/** ms that a gateway and the buyer's bank have to answer, from the beginning of a payment. The order is kept for this time, and no longer. */
export const answerWindowMs = 10 * 60_000;

/** What the buyer's browser has to do before the gateway decides. It is for the payment's owner alone. */
export const Action = lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("redirect"), url: z.string() }),
    z.object({ type: z.literal("stripe"), clientSecret: z.string() }),
  ]),
);
export type Action = z.infer<typeof Action>;

/** The token that a gateway's own form makes for a card. Every gateway's tokens are printable ASCII. */
export const CardToken = lazy(() => z.string().check(z.regex(/^[!-~]{1,200}$/, "is not a card token")));

/** What the pages need to show a provider's form. Everything in it is public. A provider whose form the pages do not have is not in it. */
export const CardForm = lazy(() =>
  z.discriminatedUnion("provider", [
    z.object({ provider: z.literal("sandbox") }),
    z.object({ provider: z.literal("stripe"), publishableKey: z.string() }),
    z.object({ provider: z.literal("toss"), clientKey: z.string() }),
  ]),
);
export type CardForm = z.infer<typeof CardForm>;
