/**
 * Amounts as Stripe writes them. Its table of decimals is not ISO 4217's (docs.stripe.com/currencies, 2026-11-27): what cannot be
 * written exactly is refused, never rounded.
 */
import { minorUnits } from "#core/lib/currency.ts";

const words = (text: string) => new Set(text.split(" "));
const whole = words("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");
/** Three decimals, of which the last must be 0. */
const thousandths = words("BHD JOD KWD OMR TND");
/** Written with two decimals, which must be 00. */
const wholeHundreds = words("ISK UGX");

const digitsOf = (currency: string): number => (whole.has(currency) ? 0 : thousandths.has(currency) ? 3 : 2);
const stepOf = (currency: string): number => (thousandths.has(currency) ? 10 : wholeHundreds.has(currency) ? 100 : 1);

/** An amount in ISO minor units as Stripe writes it; undefined where it cannot be written exactly. */
export const toStripe = (amount: number, currency: string): number | undefined => {
  const scaled = amount * 10 ** (digitsOf(currency) - minorUnits(currency));
  return Number.isSafeInteger(scaled) && scaled % stepOf(currency) === 0 ? scaled : undefined;
};

/** Stripe's amount in ISO minor units. */
export const fromStripe = (amount: number, currency: string): number =>
  amount * 10 ** (minorUnits(currency) - digitsOf(currency));
