/** The common base of both modes, one in a process: payment gateways, a stage on the engines, and everything between that can fail. */
import type { ProviderName } from "#core/gateway/index.ts";
import { type Invoke, invoke } from "#local/lambda.ts";
import type { Delivery } from "#local/sandbox/webhooks.ts";
import type { PaymentFacts } from "#ops/audit/index.ts";
import { type Gateway, gateways, type Wires } from "#tests/integration/gateway/contract/gateway.ts";
import type { EngineAddresses } from "#tests/support/engines.ts";
import * as Faults from "#tests/support/faults/index.ts";
import { stage as makeStage, type Stage } from "#tests/support/stage.ts";

export type Options = {
  engines: EngineAddresses;
  /** The payment gateways; the last one takes new payments by default. */
  providers: ProviderName[];
  wires: Omit<Wires, "deliver">;
  /** The target of webhooks; returns the status. */
  deliver: (from: ProviderName, delivery: Delivery) => Promise<number>;
  /** Whether faults can be switched on. None is on at first. */
  faults: boolean;
};

export type Fixture = {
  stage: Stage;
  invoke: Invoke;
  faults?: Faults.Faults | undefined;
  gateways: Record<ProviderName, Gateway>;
  /** The payments of these users, or of all, in the gateways' own ledgers. */
  payments: (owners?: Iterable<string>) => PaymentFacts[];
  stop: () => Promise<void>;
};

export const startFixture = async ({ engines, providers, wires, deliver, faults: failing }: Options) => {
  const all: Gateway[] = [];
  for (const name of providers)
    all.push(await gateways[name]({ ...wires, deliver: (delivery) => deliver(name, delivery) }));
  const options: Faults.Options = Object.assign({}, engines, ...all.map(({ links }) => links));
  // the rest of a killed invocation may fail without a listener
  if (failing) process.on("unhandledRejection", () => {});
  const faults = failing ? await Faults.install(options) : undefined;
  const payments = (owner?: string) =>
    all.flatMap(({ name, ledger }) => ledger(owner).map((payment) => ({ ...payment, provider: name })));
  return {
    stage: faults?.stage ?? (await makeStage(options)),
    invoke: faults?.invoke ?? invoke,
    faults,
    gateways: Object.fromEntries(all.map((gateway) => [gateway.name, gateway])) as Fixture["gateways"],
    payments: (owners) => (owners ? [...owners].flatMap(payments) : payments()),
    stop: async () => {
      await faults?.stop();
      await Promise.all(all.map(({ stop }) => stop()));
    },
  } satisfies Fixture;
};
