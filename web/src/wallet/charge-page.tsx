/** Charging points: amount and method, then the charge until it is completed, declined, or confirmed with the buyer's bank. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, codeOf, passing } from "../../../client/problem.ts";
import type { PaymentMethods, WalletCharge } from "../../../client/shapes.ts";
import { tossRefusal } from "../../../core/gateway/toss-amount.ts";
import { maxChargeAmount } from "../../../core/wallet/schema.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { attemptOf } from "../order/attempt.ts";
import { Bank } from "../order/bank.tsx";
import { GatewayForm } from "../order/card-form.tsx";
import { useHeading } from "../order/heading.ts";
import { cameBack } from "../order/outcome.ts";
import { Refused } from "../order/refused.tsx";
import { came, returned } from "../order/returned.ts";
import type { CardForm } from "../order/stripe.ts";
import { useAction, useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { useNow } from "../ui/clock.ts";
import { Button, Failure, Field, LinkButton, Notice, Select, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import * as Charges from "./charge.ts";
import css from "./wallet.module.css";

const quick = [50_000, 100_000, 300_000];
/** After this time, in ms, the page says that a pending charge is slow. */
const SLOW_MS = 12_000;

type Reason = { title: string; fact: string; next: string };

const Why = ({ reason }: { reason: Reason }) => (
  <Notice tone="bad">
    <span>
      <b>{reason.title}.</b> {reason.fact} {reason.next}
    </span>
  </Notice>
);

/** Why the charge failed, or what the API or the form refused. */
const Problem = ({ error }: { error: unknown }) => {
  const charge = error instanceof ApiProblem ? (error.document as { charge?: WalletCharge }).charge : undefined;
  return charge ? <Why reason={Charges.declined(charge)} /> : <Refused error={error} />;
};

const Done = ({ amount }: { amount: number }) => {
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

const Amount = ({ amount, onAmount }: { amount: number; onAmount: (amount: number) => void }) => (
  <>
    <fieldset class="row">
      <legend class="hidden">{w.wallet.quick}</legend>
      {quick.map((value) => (
        <Button key={value} look="quiet" aria-pressed={amount === value} onClick={() => onAmount(value)}>
          {money(value, "KRW")}
        </Button>
      ))}
    </fieldset>
    <Field
      label={w.wallet.amount}
      type="number"
      inputMode="numeric"
      min={1}
      max={maxChargeAmount}
      step={1}
      required
      value={Number.isNaN(amount) ? "" : String(amount)}
      onInput={(event) => onAmount(event.currentTarget.valueAsNumber)}
    />
  </>
);

const New = ({ methods }: { methods: PaymentMethods }) => {
  const way = Charges.wayOf(methods);
  const attempt = attemptOf(Charges.WINDOW);
  const [amount, setAmount] = useState(attempt?.amount ?? Charges.errandOf()?.amount ?? 100_000);
  const [token, setToken] = useState("tok_approve");
  const [form, setForm] = useState<CardForm>();
  const [done, setDone] = useState<number>();
  useHeading(done !== undefined);
  const valid =
    Number.isInteger(amount) &&
    amount >= 1 &&
    amount <= maxChargeAmount &&
    (way !== "toss" || !tossRefusal(amount, "KRW"));

  const sent = async (total: number, card?: string, key?: string) => {
    const pending = await Charges.charge(total, card, key);
    if (!pending) return setDone(total);
    Charges.noteSent(pending.chargeId);
    go(Charges.chargePath(pending.chargeId), { replace: true });
  };
  const charging = useAction(async () => {
    const back = attemptOf(Charges.WINDOW);
    if (back?.token && back.amount) return sent(back.amount, back.token, back.key);
    if (way === "toss") return Charges.openWindow(amount);
    if (way === "free") return sent(amount);
    const card = way === "sandbox" ? token : await form?.token(amount);
    if (card === undefined) return; // the form says what is missing
    try {
      await sent(amount, card);
    } catch (error) {
      if (!passing(error)) form?.forget();
      throw error;
    }
  });
  useEffect(() => {
    if (attempt?.token) charging.run();
  }, []);

  if (done !== undefined) return <Done amount={done} />;
  const back = returned && came && charging.error === undefined ? cameBack(came) : undefined;
  const waits = !valid || way === "none" || (way === "stripe" && !form);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!charging.busy && !waits) charging.run();
  };
  return (
    <form class={css.form} onSubmit={submit}>
      <Title>{w.wallet.charge}</Title>
      <h1 tabIndex={-1}>{w.wallet.charge}</h1>
      {back && <Why reason={back} />}
      <Amount amount={amount} onAmount={setAmount} />
      {way === "stripe" && methods.card?.provider === "stripe" && (
        <GatewayForm
          publishableKey={methods.card.publishableKey}
          due={{ total: valid ? amount : maxChargeAmount, currency: "KRW" }}
          onForm={setForm}
        />
      )}
      {way === "toss" && <p class="note soft">{w.checkout.window.hint}</p>}
      {way === "sandbox" && (
        <Select
          label={w.checkout.cardToken}
          hint={w.checkout.cardHint}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        >
          {Object.entries(w.checkout.cards).map(([name, does]) => (
            <option key={name} value={name}>
              {does} ({name})
            </option>
          ))}
        </Select>
      )}
      <div role="status">{attempt?.token && charging.busy && <Notice>{w.checkout.window.completing}</Notice>}</div>
      {way === "none" && <Notice tone="warn">{w.problem["wallet.cards_off"]}</Notice>}
      {charging.error !== undefined && <Problem error={charging.error} />}
      <Button type="submit" look="signal" big wide busy={charging.busy} disabled={waits}>
        {w.wallet.submit(valid ? money(amount, "KRW") : "")}
      </Button>
    </form>
  );
};

/** The charge is being processed. The buyer has nothing to do. */
const Settling = ({ lost }: { lost: boolean }) => {
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

const Declined = ({ charge }: { charge: WalletCharge }) => (
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

const One = ({ chargeId }: { chargeId: string }) => {
  const query = useQuery({
    ...Reads.charge(chargeId),
    refetchInterval: ({ state }) => (state.data?.status === "pending" ? 2_000 : false),
    refetchIntervalInBackground: true,
  });
  const charge = query.data;
  const face = charge?.action ? "bank" : charge?.status;
  useHeading(face);
  useEffect(() => {
    if (face === "done") Reads.changed("wallet", "entries");
  }, [face]);
  if (!charge)
    return query.isError ? (
      <Failure error={query.error} text={w.wallet.chargeFailed} retry={() => query.refetch()} />
    ) : (
      <Skeleton height="24rem" />
    );
  const lost = query.isError && codeOf(query.error) === "offline";
  if (charge.status === "done") return <Done amount={charge.amount} />;
  if (charge.status === "declined") return <Declined charge={charge} />;
  const settling = <Settling lost={lost} />;
  if (!charge.action) return settling;
  const task = {
    text: w.wallet.bank(money(charge.amount, "KRW")),
    begins: () => Charges.beginsHere(chargeId),
    noteBegun: () => Charges.noteBegun(chargeId),
    comeBack: (cancel?: boolean) => Charges.comeBack(chargeId, cancel),
  };
  return <Bank task={task} action={charge.action} returned={returned} lost={lost} settling={settling} />;
};

const Start = () => {
  const methods = useQuery(Reads.methods());
  if (methods.data) return <New methods={methods.data} />;
  return methods.isError ? (
    <Failure error={methods.error} text={w.checkout.cardsFailed} retry={() => methods.refetch()} />
  ) : (
    <Skeleton height="24rem" />
  );
};

export default function ChargePage({ params }: PageProps) {
  const user = useUser();
  const { chargeId } = params;
  useEffect(() => {
    if (!user) go(`/sign-in?to=${Charges.chargePath(chargeId)}`, { replace: true });
  }, [user]);
  return (
    <div class={css.page}>{user && (chargeId ? <One key={user} chargeId={chargeId} /> : <Start key={user} />)}</div>
  );
}
