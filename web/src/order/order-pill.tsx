import type { Order } from "../api/client.ts";
import { w } from "../i18n/index.ts";
import { Pill, type Tone } from "../ui/index.tsx";

const tones: Partial<Record<Order["status"], Tone>> = {
  confirmed: "good",
  held: "signal",
  paying: "signal",
  refunding: "warn",
  expired: "bad",
};

export const OrderPill = ({ status }: { status: Order["status"] }) => (
  <Pill {...(tones[status] && { tone: tones[status] })}>{w.order.status[status]}</Pill>
);
