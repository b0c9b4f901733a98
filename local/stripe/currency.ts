/**
 * Stripe's own table of currencies, which differs from ISO 4217: docs.stripe.com/currencies, read 2026-11-27. It is written apart
 * from the product's table on purpose: an error in one of them shows as a refusal by the other.
 */
import { badParameter } from "./refusal.ts";

const words = (text: string) => new Set(text.split(" "));

/** Charged in whole units. UGX is one too, but see below. */
const zeroDecimal = words("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf");
/** Three decimals, of which the last must be 0. */
const threeDecimal = words("bhd jod kwd omr tnd");
/** No decimals, but written with two, which must be 00. */
const wholeHundreds = words("isk ugx");
const twoDecimal = words(
  "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk " +
    "dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd " +
    "lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd " +
    "scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd yer zar zmw",
);
/** Decimals that Stripe writes. */
export const stripeDigits = (currency: string): number =>
  zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2;

/** Digits of the largest amount where it is not eight. */
const largest: Record<string, number> = { idr: 12, cop: 10, huf: 10, jpy: 10, inr: 9, lbp: 12 };

/** The least amounts of currencies that an account may settle in. */
const smallest: Record<string, number> = {
  ...{
    usd: 50,
    aed: 200,
    aud: 50,
    brl: 50,
    cad: 50,
    chf: 50,
    czk: 1_500,
    dkk: 250,
    eur: 50,
    gbp: 30,
    hkd: 400,
    huf: 17_500,
  },
  ...{ inr: 50, jpy: 50, mxn: 1_000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200, sek: 300, sgd: 50, thb: 1_000 },
};

/** Refuses what Stripe could not charge; `amount` as the request has it. */
export const checkAmount = (amount: number, currency: string): void => {
  const step = threeDecimal.has(currency) ? 10 : wholeHundreds.has(currency) ? 100 : 1;
  if (step === 1 && !zeroDecimal.has(currency) && !twoDecimal.has(currency))
    throw badParameter("", "currency", `Invalid currency: ${currency}.`);
  if (amount < 1)
    throw badParameter("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.");
  if (amount < (smallest[currency] ?? 1))
    throw badParameter("amount_too_small", "amount", `Amount must be at least ${smallest[currency]} ${currency}`);
  if (amount % step)
    throw badParameter("parameter_invalid_integer", "amount", `In ${currency} an amount is a multiple of ${step}.`);
  if (String(amount).length > (largest[currency] ?? 8))
    throw badParameter("amount_too_large", "amount", "The amount has too many digits.");
};
