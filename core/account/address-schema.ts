/** Addresses, and a change of one. */
import * as z from "zod/mini";
import { define } from "#core/lib/errors.ts";
import { named } from "#core/lib/schemas.ts";

/** Compared case-insensitively, stored as given. */
export const email = () => z.email().check(z.maxLength(254));

export const NewEmail = named("NewEmail", () => z.strictObject({ email: email() }));
export type NewEmail = z.infer<typeof NewEmail>;

export const EmailReserved = define(
  "account.email_reserved",
  409,
  "This account had this address less than seven days ago. The link in the e-mail about the change brings it back.",
);
export const EmailTooMany = define(
  "account.email_too_many",
  429,
  "The address was changed three times in seven days. Try again when the first change is seven days old.",
);
