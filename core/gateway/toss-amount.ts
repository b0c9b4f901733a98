/** Amounts that Toss Payments charges. Pure, so that pages offer no card that would be refused. */

/** KRW: what a card pays at least. */
const minAmount = 100;

/** Why Toss Payments does not charge an amount, as the end of a sentence about it; undefined where it does. */
export const tossRefusal = (amount: number, currency: string): string | undefined => {
  if (currency !== "KRW") return `is in ${currency}: Toss Payments takes KRW only`;
  return amount < minAmount ? `is less than Toss Payments charges: ${minAmount} KRW` : undefined;
};
