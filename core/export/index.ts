/**
 * An event's orders, tickets, payments and check-ins as CSV, a page at a time. Nothing of it is stored: a page is read from the orders when
 * it is asked for. Organisers and operators join the pages to a file.
 */
import * as z from "zod/mini";
import * as Account from "#core/account/index.ts";
import * as Catalog from "#core/catalog/index.ts";
import * as Cursor from "#core/lib/cursor.ts";
import { transact } from "#core/lib/dynamo.ts";
import { invalid, Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import { lazy } from "#core/lib/schemas.ts";
import * as Log from "#core/log/index.ts";
import * as Order from "#core/order/index.ts";
import * as Ticket from "#core/ticket/index.ts";
import * as Csv from "./csv.ts";
import { exports, type Known, ticketsOf } from "./rows.ts";
import { ExportNotFound, isKind, type Kind } from "./schema.ts";

export * from "./schema.ts";

const maxOrders = 2_000;
/** Of an answer as Lambda sends it, in JSON. Lambda refuses more than 6 MB. */
const maxBytes = 5_000_000;
/** Orders whose buyers and check-ins are read at the same time. */
const chunkSize = 100;

type Wanted = {
  eventId: string;
  kind: string;
  cursor?: string | undefined;
  /** The user id of the organiser, which goes into the event's log. */
  by: string;
  now: number;
};
type CsvPage = { csv: string; next: string | null };

/**
 * At most 2,000 orders, newest first. Only the first page has the header line. An order that ends between two pages is on one of them, as
 * both live and ended orders are listed by their ids. 404 `event.not_found`, `export.not_found`.
 */
export const page = async ({ eventId, kind, cursor, by, now }: Wanted): Promise<CsvPage> => {
  if (!isKind(kind)) throw ExportNotFound();
  const { sections } = await Catalog.event(eventId, now);
  const names = new Map(sections.map(({ sectionId, name }) => [sectionId, name]));
  const asked = { eventId, kind, by, now };
  const { before, logId } = cursor === undefined ? await begin(asked) : await resume(asked, cursor);
  const { columns, rows } = exports[kind];
  const text = cursor === undefined ? [Csv.header(columns)] : [];
  let [bytes, orders, last] = [sizeOf(text.join("")), 0, ""];
  // only a sold seat has a valid ticket
  const status = kind === "tickets" ? "confirmed" : undefined;
  for await (const some of chunks(Order.ofEvent(eventId, status, before, now))) {
    const known = { now, sections: names, ...(await lookUp(kind, some)) };
    for (const order of some) {
      const lines = Csv.lines(rows(order, known));
      bytes += sizeOf(lines);
      if (orders === maxOrders || bytes > maxBytes)
        return { csv: text.join(""), next: Cursor.encode({ before: last, logId }) };
      text.push(lines);
      orders++;
      last = order.orderId;
    }
  }
  return { csv: text.join(""), next: null };
};

const sizeOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

type Asked = Pick<Wanted, "eventId" | "by" | "now"> & { kind: Kind };
type Begun = { before?: string; logId: string };

/** Logged before anything is read, so that nobody gets an export that is not in the log. */
const begin = async ({ eventId, kind, by, now }: Asked): Promise<Begun> => {
  const logId = Ids.make("log", now);
  if (await transact([Log.entry({ of: eventId, by, action: "export.read", subject: kind, logId, now })]))
    throw Unavailable();
  return { logId };
};

const Position = lazy(() =>
  z.object({
    before: z.string().check(z.regex(Ids.pattern("ord"))),
    logId: z.string().check(z.regex(Ids.pattern("log"))),
  }),
);

/** A cursor names the log entry of its first page, so that a forged one reads nothing without an entry. */
const resume = async ({ eventId, kind, by }: Asked, cursor: string): Promise<Begun> => {
  const position = Cursor.decode(Position, cursor);
  const entry = await Log.find({ of: eventId, logId: position.logId });
  if (entry?.action !== "export.read" || entry.subject !== kind || entry.by !== by)
    throw invalid({ path: "cursor", message: "is not a cursor of this export" });
  return position;
};

const lookUp = async (kind: Kind, orders: Order.Order[]): Promise<Pick<Known, "accounts" | "checkIns">> => {
  // only these may have a ticket that was used
  const entered = kind === "check-ins" ? orders.filter(({ status, forced }) => status === "confirmed" || forced) : [];
  const tickets = entered.flatMap((order) =>
    ticketsOf(order).map(({ ticketId }) => ({ userId: order.userId, ticketId })),
  );
  const [accounts, checkIns] = await Promise.all([
    Account.many(orders.map(({ userId }) => userId)),
    Ticket.checkInsOf(tickets),
  ]);
  return { accounts, checkIns };
};

async function* chunks(orders: AsyncIterable<Order.Order>): AsyncGenerator<Order.Order[]> {
  let chunk: Order.Order[] = [];
  for await (const order of orders) {
    if (chunk.push(order) < chunkSize) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}
