/** What became of a charge: completed, declined, or still being processed. */
import { useEffect, useRef } from "preact/hooks";
import type { WalletCharge } from "../../../client/shapes.ts";
import type { Reason } from "../i18n/en/checkout.ts";
import { money, w } from "../i18n/index.ts";
import { go } from "../router.tsx";
import { useNow } from "../ui/clock.ts";
import { LinkButton, Notice, Title } from "../ui/index.tsx";
import * as Charges from "./charge.ts";

/** After this time, in ms, the page says that a pending charge is slow. */
const SLOW_MS = 12_000;

export const Why = ({ reason }: { reason: Reason }) => (
  <Notice tone="bad">
    <span>
      <b>{reason.title}.</b> {reason.fact} {reason.next}
    </span>
  </Notice>
);

export const Done = ({ amount }: { amount: number }) => {
  const errand = useRef(Charges.errandOf());
  useEffect(() => {
    Charges.dropErrand();
    if (errand.current) go(errand.current.to, { replace: true });
  }, []);
  return (
    <div class="stack">
      <Title>{w.wallet.charge}</Title>
      <h1 tabIndex={-1}>{w.checkout.charged(money(amount, "KRW"))}</h1>
      <div>
        <LinkButton look="signal" big href="/wallet">
          {w.wallet.toWallet}
        </LinkButton>
      </div>
    </div>
  );
};

export const Declined = ({ charge }: { charge: WalletCharge }) => (
  <div class="stack">
    <Title>{w.wallet.declined}</Title>
    <h1 tabIndex={-1}>{w.wallet.declined}</h1>
    <Why reason={Charges.declined(charge)} />
    <div>
      <LinkButton look="signal" big href={Charges.chargePath()}>
        {w.wallet.again}
      </LinkButton>
    </div>
  </div>
);

/** The charge is being processed. The buyer has nothing to do. */
export const Settling = ({ lost }: { lost: boolean }) => {
  const began = useRef(Date.now());
  const now = useNow();
  const slow = Date.now() - began.current > SLOW_MS && now > 0;
  return (
    <div class="stack">
      <Title>{w.wallet.sent}</Title>
      <h1 tabIndex={-1}>{w.wallet.sent}</h1>
      <p>{w.wallet.sentText}</p>
      <div role="status">
        {lost ? <Notice tone="warn">{w.app.offline}</Notice> : slow && <Notice tone="warn">{w.checkout.slow}</Notice>}
      </div>
    </div>
  );
};
