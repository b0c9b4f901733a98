/** The calendar file of an e-mail, with an entry for each order. Pure. */
import type { Locale } from "#core/account/schema.ts";
import type { Event } from "#core/catalog/schema.ts";
import { plain } from "#core/lib/letter.ts";
import type { File } from "#core/lib/mime.ts";
import type { OrderView } from "#core/order/schema.ts";
import { calendar, methodOf } from "./calendar.ts";
import { words } from "./letter-words.ts";

type Seat = OrderView["seats"][number];

/** A seat in words, with its category. */
export const place = ({ event, locale }: { event: Event; locale: Locale }, seat: Seat): string => {
  const section = event.sections.find(({ sectionId }) => sectionId === seat.sectionId)?.name ?? seat.sectionId;
  return plain(`${words[locale].seat(section, seat.row, seat.number)} · ${seat.category}`);
};

export const calendarFile = (of: {
  event: Event;
  orders: Pick<OrderView, "orderId" | "seats">[];
  locale: Locale;
  /** The e-mail's sender, with or without a name. */
  from: string;
  cancelled: boolean;
  now: number;
}): File => {
  const { event, from, cancelled, now } = of;
  const content = calendar({
    event,
    orders: of.orders.map(({ orderId, seats }) => ({
      orderId,
      description: seats.map((seat) => place(of, seat)).join("\n"),
    })),
    organizer: /<([^<>]+)>/.exec(from)?.[1] ?? from,
    cancelled,
    now,
  });
  return { name: "event.ics", type: `text/calendar; charset=utf-8; method=${methodOf(cancelled)}`, content };
};
