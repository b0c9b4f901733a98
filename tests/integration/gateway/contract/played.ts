/** The arguments of each part of the contract: what the tests of one gateway share, and the cards that it has. */
import { provider } from "#core/gateway/index.ts";
import { type Given, total } from "./fixture.ts";
import type { Behaviour, Gateway } from "./gateway.ts";

/** `cards`: those of the gateway, by their behaviour. */
export const played = <G extends Gateway>(given: Given<G>, cards: readonly Behaviour[]) => {
  const has = (behaviour: Behaviour) => cards.includes(behaviour);
  const of = (...behaviours: Behaviour[]) => behaviours.filter(has);
  const at = () => given.shared.at;
  const gateway = () => provider(at().name);
  /** A payment that was voided or refunded after its card was approved. */
  const undone = () => (at().takesAtOnce ? { status: "refunded", refunded: total } : { status: "voided", refunded: 0 });
  return { ...given, has, of, at, gateway, undone };
};

export type Played<G extends Gateway> = ReturnType<typeof played<G>>;
