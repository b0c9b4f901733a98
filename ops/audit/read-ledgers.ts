/** Reads the emulated gateways' ledgers. */
import { type CardProviderName, cardProviderNames, cardProviders } from "#core/contract/providers.ts";
import { link } from "#core/lib/config.ts";
import type { PaymentFacts } from "./snapshot.ts";

/** The ledgers of the sandbox and the emulators. A real provider has none that can be read like this. */
export const readLedgers = async (): Promise<PaymentFacts[] | undefined> => {
  const { url, key } = link("Gateway");
  const ledgers = await Promise.all([
    ledgerOf("sandbox", `${url}/ledger`, `Bearer ${key}`),
    ...cardProviderNames.map(emulated),
  ]);
  return ledgers.some((ledger) => ledger) ? ledgers.flatMap((ledger) => ledger ?? []) : undefined;
};

/** Undefined if the provider is not linked or is not an emulator. */
const emulated = async (provider: CardProviderName): Promise<PaymentFacts[] | undefined> => {
  const name = cardProviders[provider].link;
  if (!process.env[`SST_RESOURCE_${name}`]) return undefined;
  const { url, secretKey } = link(name);
  return url === undefined ? undefined : ledgerOf(provider, `${url}/test/ledger`, `Basic ${btoa(`${secretKey}:`)}`);
};

const ledgerOf = async (
  provider: NonNullable<PaymentFacts["provider"]>,
  url: string,
  authorization: string,
): Promise<PaymentFacts[] | undefined> => {
  const answer = await fetch(url, { headers: { authorization } }).catch(() => undefined);
  if (!answer?.ok) return undefined;
  return ((await answer.json()) as { items: PaymentFacts[] }).items.map((payment) => ({ ...payment, provider }));
};
