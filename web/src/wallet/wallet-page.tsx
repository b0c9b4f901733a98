/** The wallet: its balance, the way to charge it, and every entry of its ledger. */
import { useEffect } from "preact/hooks";
import type { WalletEntry } from "../../../client/shapes.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { Failure, LinkButton, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Paged } from "../ui/paged.tsx";
import { chargePath, dropErrand } from "./charge.ts";
import css from "./wallet.module.css";

const Entry = ({ entry }: { entry: WalletEntry }) => (
  <li>
    <span>{w.wallet.kind[entry.kind]}</span>
    <b class={entry.amount > 0 ? `number ${css.plus}` : "number"}>
      {entry.amount > 0 ? "+" : "−"}
      {money(Math.abs(entry.amount), "KRW")}
    </b>
    <small>
      {date(entry.createdAt, "short")}
      {entry.orderId && (
        <>
          {" · "}
          <Link href={`/orders/${entry.orderId}`}>{w.wallet.order}</Link>
        </>
      )}
    </small>
    <small class="number">
      {w.wallet.after} {money(entry.balance, "KRW")}
    </small>
  </li>
);

const Ledger = () => (
  <Paged
    read={Reads.entries}
    class={css.ledger}
    row={(entry) => <Entry key={entry.entryId} entry={entry} />}
    empty={<p class="soft">{w.wallet.none}</p>}
    height="8rem"
  />
);

const Wallet = () => {
  const wallet = useQuery({ ...Reads.wallet(), refetchInterval: 15_000 });
  useEffect(dropErrand, []); // a visitor on this page has left the order
  return (
    <>
      <div class="stack">
        <h1 tabIndex={-1}>{w.wallet.title}</h1>
        <p class="soft">{w.wallet.balance}</p>
        {wallet.data ? (
          <p class={`${css.balance} number`} role="status">
            {money(wallet.data.balance, wallet.data.currency)}
          </p>
        ) : wallet.isError ? (
          <Failure error={wallet.error} text={w.wallet.failed} retry={() => wallet.refetch()} />
        ) : (
          <Skeleton height="4rem" width="60%" />
        )}
      </div>
      <div>
        <LinkButton look="signal" big href={chargePath()}>
          {w.wallet.charge}
        </LinkButton>
      </div>
      <section class="stack">
        <h2>{w.wallet.history}</h2>
        <Ledger />
      </section>
    </>
  );
};

export default function WalletPage() {
  const user = useUser();
  useEffect(() => {
    if (!user) go("/sign-in?to=/wallet", { replace: true });
  }, [user]);
  return (
    <div class="column">
      <Title>{w.wallet.title}</Title>
      {user && <Wallet key={user} />}
    </div>
  );
}
