import * as z from "zod/mini";
import { Instant, lazy, list, named, paging } from "#core/lib/schemas.ts";

/** What an organiser did. Each entry is written in the transaction of its change. */
export const actions = [
  "event.created",
  "event.published",
  "event.changed",
  "event.postponed",
  "event.cancelled",
  "event.deleted",
  "order.refunded",
  "order.mail_address",
  "check_in.undone",
  "device.added",
  "device.claimed",
  "device.revoked",
  "export.read",
  "member.invited",
  "member.uninvited",
  "member.joined",
  "member.changed",
  "member.removed",
  "organisation.created",
] as const;
export type Action = (typeof actions)[number];

/** Per field: what it was, and what it is. Absent: it was, or is, not set. */
export type Changes = Record<string, { from?: unknown; to?: unknown }>;

export const LogEntry = named("LogEntry", () =>
  z.object({
    logId: z.string(),
    at: Instant,
    /** The user id of an account, or the id of a device at the entrance. */
    by: z.string(),
    /** The address of that account, while it exists. */
    email: z.optional(z.string()),
    action: z.enum(actions),
    /** The order, ticket, device, member … that was changed, if it was not the event or the organisation itself. */
    subject: z.optional(z.string()),
    changes: z.optional(z.record(z.string(), z.object({ from: z.optional(z.unknown()), to: z.optional(z.unknown()) }))),
  }),
);
export type LogEntry = z.infer<typeof LogEntry>;
export const Log = named("Log", () => list(LogEntry));
export const LogQuery = lazy(() => z.object(paging));
