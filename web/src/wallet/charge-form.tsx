/** The form to charge points: amount and method. */
import { useEffect, useState } from "preact/hooks";
import { ApiProblem, passing } from "../../../client/problem.ts";
import type { PaymentMethods, WalletCharge } from "../../../client/shapes.ts";
import { tossRefusal } from "../../../core/gateway/toss-amount.ts";
import { maxChargeAmount } from "../../../core/wallet/schema.ts";
import { money, w } from "../i18n/index.ts";
import { attemptOf } from "../order/attempt.ts";
import { GatewayForm } from "../order/card-form.tsx";
import { useHeading } from "../order/heading.ts";
import { cameBack } from "../order/outcome.ts";
import { Refused } from "../order/refused.tsx";
import { came, returned } from "../order/returned.ts";
import type { CardForm } from "../order/stripe.ts";
import { useAction } from "../query.ts";
import { go } from "../router.tsx";
import { Button, Field, Notice, Select, Title } from "../ui/index.tsx";
import * as Charges from "./charge.ts";
import { Done, Why } from "./charge-outcome.tsx";
import css from "./wallet.module.css";

const quick = [50_000, 100_000, 300_000];

export const ChargeForm = ({ methods }: { methods: PaymentMethods }) => {
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

/** Why the charge failed, or what the API or the form refused. */
const Problem = ({ error }: { error: unknown }) => {
  const charge = error instanceof ApiProblem ? (error.document as { charge?: WalletCharge }).charge : undefined;
  return charge ? <Why reason={Charges.declined(charge)} /> : <Refused error={error} />;
};
