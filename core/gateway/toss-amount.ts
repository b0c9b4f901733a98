/** Amounts that Toss Payments charges. Pure, so the pages can use it: they offer no card that would be refused. */

/** The smallest amount of a card payment, in KRW. */
const minAmount = 100;

/** Why Toss Payments does not charge an amount, as the end of a sentence about it; undefined if it does. */
export const tossRefusal = (amount: number, currency: string): string | undefined => {
  if (currency !== "KRW") return `is in ${currency}: Toss Payments takes KRW only`;
  return amount < minAmount ? `is less than Toss Payments charges: ${minAmount} KRW` : undefined;
};
