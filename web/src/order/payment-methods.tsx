/** The payment methods of an order: points (missing ones can be charged), or a card, with the gateway's form or the sandbox's list. */

import type { Order, PaymentMethods } from "../../../client/shapes.ts";
import { stripeRefusal } from "../../../core/gateway/stripe-amount.ts";
import { tossRefusal } from "../../../core/gateway/toss-amount.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { go } from "../router.tsx";
import { Button, Failure, Notice, Select, Skeleton } from "../ui/index.tsx";
import { charge, chargePath, keepErrand, wayOf } from "../wallet/charge.ts";
import { GatewayForm } from "./card-form.tsx";
import css from "./payment-methods.module.css";
import type { CardForm } from "./stripe.ts";

export type Chosen = { method: "points" | "card"; token: string };

/** Whether a card can pay this order here: it costs something, and the gateway can charge that amount. */
export const isOffered = (card: PaymentMethods["card"] | undefined, { total, currency }: Order): boolean => {
  if (total === 0) return false;
  if (card?.provider === "stripe") return stripeRefusal(total, currency) === undefined;
  if (card?.provider === "toss") return tossRefusal(total, currency) === undefined;
  return card?.provider === "sandbox";
};

/** Missing points are charged here if charges are free, else on the wallet's page, which returns here. */
const Points = ({ order, methods }: { order: Order; methods: PaymentMethods | undefined }) => {
  const wallet = useQuery(Reads.wallet());
  const charging = useAction(charge);
  const way = methods && wayOf(methods);
  if (!wallet.data) return wallet.isError ? <Failure error={wallet.error} retry={() => wallet.refetch()} /> : null;
  const missing = order.total - wallet.data.balance;
  if (missing <= 0) return null;
  const rounded = Math.ceil(missing / 10_000) * 10_000;
  const begin = () => {
    if (way === "free") return charging.run(rounded);
    keepErrand({ amount: rounded, to: location.pathname });
    return go(chargePath());
  };
  return (
    <>
      <Notice tone="warn">
        <span>{w.checkout.short(money(missing, "KRW"))}</span>
        {way !== undefined && way !== "none" && (
          <Button look="quiet" busy={charging.busy} onClick={begin}>
            {w.checkout.charge(money(rounded, "KRW"))}
          </Button>
        )}
      </Notice>
      {charging.error !== undefined && <Failure error={charging.error} />}
    </>
  );
};

export const Methods = ({
  order,
  chosen,
  onChoose,
  onForm,
}: {
  order: Order;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onForm: (form: CardForm | undefined) => void;
}) => {
  const krw = order.currency === "KRW";
  const wallet = useQuery({ ...Reads.wallet(), enabled: krw });
  const methods = useQuery(Reads.methods());
  const card = methods.data?.card;
  const { method, token } = chosen;
  if (order.total === 0) return null; // nothing to choose
  return (
    <fieldset class={css.methods}>
      <legend>{w.checkout.how}</legend>
      {krw && (
        <div class={css.method} data-on={method === "points" || undefined}>
          <label>
            <input
              type="radio"
              name="method"
              checked={method === "points"}
              onChange={() => onChoose({ ...chosen, method: "points" })}
            />
            {w.checkout.points}
            {wallet.data && <span class="number">{w.checkout.pointsHave(money(wallet.data.balance, "KRW"))}</span>}
          </label>
          {method === "points" && <Points order={order} methods={methods.data} />}
        </div>
      )}
      {isOffered(card, order) && (
        <div class={css.method} data-on={method === "card" || undefined}>
          <label>
            <input
              type="radio"
              name="method"
              checked={method === "card"}
              onChange={() => onChoose({ ...chosen, method: "card" })}
            />
            {card?.provider === "toss" ? w.checkout.window.card : w.checkout.card}
          </label>
          {method === "card" && card?.provider === "toss" && <p class="note soft">{w.checkout.window.hint}</p>}
          {method === "card" && card?.provider === "stripe" && (
            <GatewayForm
              publishableKey={card.publishableKey}
              due={order}
              otherwise={krw ? w.checkout.form.points : undefined}
              onForm={onForm}
            />
          )}
          {method === "card" && card?.provider === "sandbox" && (
            <Select
              label={w.checkout.cardToken}
              hint={w.checkout.cardHint}
              value={token}
              onChange={(event) => onChoose({ ...chosen, token: event.currentTarget.value })}
            >
              {Object.entries(w.checkout.cards).map(([name, does]) => (
                <option key={name} value={name}>
                  {does} ({name})
                </option>
              ))}
            </Select>
          )}
        </div>
      )}
      {!methods.data &&
        (methods.isError ? (
          <Failure error={methods.error} text={w.checkout.cardsFailed} retry={() => methods.refetch()} />
        ) : (
          <Skeleton height="4rem" />
        ))}
      {methods.data && !krw && !isOffered(card, order) && <Notice tone="warn">{w.checkout.noMethod}</Notice>}
    </fieldset>
  );
};
