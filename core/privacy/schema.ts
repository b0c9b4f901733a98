import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { lazy, list, named, paging } from "#core/lib/schemas.ts";

export const Exported = named("ExportedItem", () =>
  z.object({
    kind: z.string(),
    key: z.string(),
    fields: z.record(z.string(), z.unknown()),
    /** Fields that are stored and not given: secrets and hashes. */
    withheld: z.array(z.string()),
  }),
);
export type Exported = z.infer<typeof Exported>;
export const Export = named("Export", () => list(Exported));
export const ExportQuery = lazy(() => z.object({ cursor: paging.cursor }));

export const Erasure = named("Erasure", () =>
  z.strictObject({
    /** Gives the wallet's balance up. */
    forfeit: z.optional(z.boolean()),
  }),
);

export const OrdersOpen = define(
  "account.orders_open",
  409,
  "An order, a refund or a charge of this account is not finished. Finish it or give it back, and wait until it is over.",
);
export const BalanceLeft = define(
  "account.balance_left",
  409,
  "The wallet has a balance. Have it paid back (POST /v1/wallet/payback), or send `forfeit: true` to give it up.",
);
export const OwnsOrganisation = define(
  "account.owns_organisation",
  409,
  "This account is the last owner of an organisation, whose sales would have nobody left. Make another member an owner first.",
);
