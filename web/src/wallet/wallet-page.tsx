/** The wallet: its balance, charging it, and every entry of its ledger. */
import { useEffect, useState } from "preact/hooks";
import type { Schemas } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { date, money, w } from "../i18n/index.ts";
import { charge } from "../order/pay.ts";
import { useAction, useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { Button, Failure, Field, Notice, Select, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Paged } from "../ui/paged.tsx";
import { fieldErrors } from "../ui/words.ts";
import css from "./wallet.module.css";

const quick = [50_000, 100_000, 300_000];

const Charge = () => {
  const [amount, setAmount] = useState(100_000);
  const [done, setDone] = useState<number>();
  const [token, setToken] = useState("");
  const charging = useAction(charge);
  const { data: methods } = useQuery(Reads.methods());
  const needsCard = token !== "" || fieldErrors(charging.error).card !== undefined;
  const valid = Number.isInteger(amount) && amount >= 1 && amount <= 10_000_000;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setDone(undefined);
    if (valid && (await charging.run(amount, token || undefined))) setDone(amount);
  };
  return (
    <form class={css.form} onSubmit={submit}>
      <h2>{w.wallet.charge}</h2>
      <fieldset class="row">
        <legend class="hidden">{w.wallet.quick}</legend>
        {quick.map((value) => (
          <Button key={value} look="quiet" aria-pressed={amount === value} onClick={() => setAmount(value)}>
            {money(value, "KRW")}
          </Button>
        ))}
      </fieldset>
      <Field
        label={w.wallet.amount}
        type="number"
        inputMode="numeric"
        min={1}
        max={10_000_000}
        step={1}
        required
        value={Number.isNaN(amount) ? "" : String(amount)}
        onInput={(event) => setAmount(event.currentTarget.valueAsNumber)}
      />
      {needsCard && methods?.card?.provider === "sandbox" && (
        <Select label={w.wallet.card} value={token} onChange={(event) => setToken(event.currentTarget.value)}>
          <option value="">–</option>
          {Object.entries(w.checkout.cards).map(([name, does]) => (
            <option key={name} value={name}>
              {does} ({name})
            </option>
          ))}
        </Select>
      )}
      {needsCard && methods && methods.card?.provider !== "sandbox" ? (
        <Notice tone="warn">{w.problem["wallet.cards_off"]}</Notice>
      ) : (
        charging.error !== undefined && <Failure error={charging.error} />
      )}
      {done !== undefined && <Notice tone="good">{w.checkout.charged(money(done, "KRW"))}</Notice>}
      <Button type="submit" big busy={charging.busy} disabled={!valid}>
        {w.wallet.submit(valid ? money(amount, "KRW") : "")}
      </Button>
    </form>
  );
};

const Entry = ({ entry }: { entry: Schemas["WalletEntry"] }) => (
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
      <Charge />
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
    <div class={css.page}>
      <Title>{w.wallet.title}</Title>
      {user && <Wallet key={user} />}
    </div>
  );
}
