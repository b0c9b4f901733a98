/** The ordered seats with their prices, and the total. */
import type { Event, Order } from "../../../client/shapes.ts";
import { money, w } from "../i18n/index.ts";
import css from "./order.module.css";

type Seat = Order["seats"][number];

/** A seat's label. The event has the section's name; without it the id is shown. */
export const seatName = (seat: Pick<Seat, "sectionId" | "row" | "number">, event: Event | undefined): string => {
  const section = event?.sections.find(({ sectionId }) => sectionId === seat.sectionId)?.name ?? seat.sectionId;
  return w.map.seatLabel(section, seat.row, seat.number);
};

export const OrderLines = ({ order, event }: { order: Order; event: Event | undefined }) => (
  <section>
    <h2 class="hidden">{w.checkout.seats}</h2>
    <ul class={css.seats}>
      {order.seats.map((seat) => (
        <li key={seat.seatId}>
          <span>
            {seatName(seat, event)}
            <small>
              {seat.category}
              {seat.row === null && ` · ${w.order.general}`}
            </small>
          </span>
          <span class="number">{money(seat.price, order.currency)}</span>
        </li>
      ))}
    </ul>
    <p class={css.total}>
      <span>{w.checkout.total}</span>
      <span class="number">{money(order.total, order.currency)}</span>
    </p>
  </section>
);
