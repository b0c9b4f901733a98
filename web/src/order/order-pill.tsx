import type { Order } from "../../../client/shapes.ts";
import { w } from "../i18n/index.ts";
import { Pill, type Tone } from "../ui/index.tsx";
import { isVoided, waitsForBuyer } from "./outcome.ts";

const tones: Partial<Record<Order["status"], Tone>> = {
  confirmed: "good",
  held: "signal",
  paying: "signal",
  refunding: "warn",
  expired: "bad",
};

export const OrderPill = ({ order }: { order: Order }) => {
  if (isVoided(order)) return <Pill tone="bad">{w.order.voided}</Pill>;
  if (waitsForBuyer(order)) return <Pill tone="signal">{w.order.toConfirm}</Pill>;
  const tone = tones[order.status];
  return <Pill {...(tone && { tone })}>{w.order.status[order.status]}</Pill>;
};
