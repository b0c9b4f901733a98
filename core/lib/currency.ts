/** Decimals of currencies by ISO 4217 (list one of 2026-01-01). Intl's display digits differ from it, so no amount uses them. */

const words = (text: string) => text.split(" ");
const digits = new Map<string, number>([
  ...words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").map((code) => [code, 0] as const),
  ...words("BHD IQD JOD KWD LYD OMR TND").map((code) => [code, 3] as const),
  ...words("CLF UYW").map((code) => [code, 4] as const),
]);

/** How many decimals an amount in minor units has: 12.50 USD is 1250. */
export const minorUnits = (currency: string): number => digits.get(currency) ?? 2;

/** An amount in minor units as a decimal number: 1250 USD is `12.50`. */
export const major = (amount: number, currency: string): string => {
  const decimals = minorUnits(currency);
  return (amount / 10 ** decimals).toFixed(decimals);
};
