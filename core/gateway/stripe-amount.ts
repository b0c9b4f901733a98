/**
 * Amounts as Stripe writes them. Its table of decimals differs from ISO 4217 (docs.stripe.com/currencies, 2026-11-27). An amount that
 * cannot be written exactly is refused, never rounded.
 */
import { minorUnits } from "#core/lib/currency.ts";

const words = (text: string) => new Set(text.split(" "));
const whole = words("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");
/** Three decimals, of which the last must be 0. */
const thousandths = words("BHD JOD KWD OMR TND");
/** Written with two decimals, which must be 00. */
const wholeHundreds = words("ISK UGX");

const hundredths = words(
  "USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK " +
    "DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD " +
    "LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD " +
    "SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH UYU UZS WST XCD YER ZAR ZMW",
);
/** Smallest amounts in Stripe's units. Stripe lists them only for currencies that accounts settle in. For another currency the converted amount counts. */
const minAmounts: Record<string, number> = {
  ...{
    USD: 50,
    AED: 200,
    AUD: 50,
    BRL: 50,
    CAD: 50,
    CHF: 50,
    CZK: 1_500,
    DKK: 250,
    EUR: 50,
    GBP: 30,
    HKD: 400,
    HUF: 17_500,
  },
  ...{ INR: 50, JPY: 50, MXN: 1_000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300, SGD: 50, THB: 1_000 },
};
/** Digits of the largest amount, if they are not `usualMaxDigits`. */
const maxDigits: Record<string, number> = { IDR: 12, COP: 10, HUF: 10, JPY: 10, INR: 9, LBP: 12 };

const usualMaxDigits = 8;

const digitsOf = (currency: string): number => (whole.has(currency) ? 0 : thousandths.has(currency) ? 3 : 2);
const stepOf = (currency: string): number => (thousandths.has(currency) ? 10 : wholeHundreds.has(currency) ? 100 : 1);

/** An amount in ISO minor units as Stripe writes it; undefined if it cannot be written exactly. */
export const toStripe = (amount: number, currency: string): number | undefined => {
  const scaled = amount * 10 ** (digitsOf(currency) - minorUnits(currency));
  return Number.isSafeInteger(scaled) && scaled % stepOf(currency) === 0 ? scaled : undefined;
};

/** Stripe's amount in ISO minor units. */
export const fromStripe = (amount: number, currency: string): number =>
  amount * 10 ** (minorUnits(currency) - digitsOf(currency));

/** Why Stripe does not charge an amount (ISO minor units), as the end of a sentence about it; undefined if it does. */
export const stripeRefusal = (amount: number, currency: string): string | undefined => {
  const isTaken = [whole, thousandths, wholeHundreds, hundredths].some((some) => some.has(currency));
  if (!isTaken) return `is in ${currency}, which Stripe does not take`;
  const written = toStripe(amount, currency);
  if (written === undefined) return `cannot be charged exactly: ${amount} minor units of ${currency}`;
  const from = minAmounts[currency] ?? 1;
  if (written < from) return `is less than Stripe charges in ${currency}: ${fromStripe(from, currency)} minor units`;
  return String(written).length > (maxDigits[currency] ?? usualMaxDigits)
    ? `is more than Stripe charges in ${currency}`
    : undefined;
};
