/** How an order can be paid here: points, charged in place when some are missing, or a card, by the gateway's form or the sandbox's list. */
import { toStripe } from "../../../core/gateway/stripe-amount.ts";
import type { Order, Schemas } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { Button, Failure, Notice, Select, Skeleton } from "../ui/index.tsx";
import { GatewayForm } from "./card-form.tsx";
import css from "./order.module.css";
import { charge } from "./pay.ts";
import type { CardForm } from "./stripe.ts";

export type Chosen = { method: "points" | "card"; token: string };

/** Whether a card can pay this order here: Stripe takes no amount that it cannot write exactly, Toss ₩100 and more. */
export const isOffered = (card: Schemas["PaymentMethods"]["card"] | undefined, { total, currency }: Order): boolean => {
  if (card?.provider === "stripe") return toStripe(total, currency) !== undefined;
  if (card?.provider === "toss") return currency === "KRW" && total >= 100;
  return card?.provider === "sandbox";
};

const Points = ({ order }: { order: Order }) => {
  const wallet = useQuery(Reads.wallet());
  const charging = useAction(charge);
  if (!wallet.data) return wallet.isError ? <Failure error={wallet.error} retry={() => wallet.refetch()} /> : null;
  const missing = order.total - wallet.data.balance;
  if (missing <= 0) return null;
  const rounded = Math.ceil(missing / 10_000) * 10_000;
  return (
    <>
      <Notice tone="warn">
        <span>{w.checkout.short(money(missing, "KRW"))}</span>
        <Button look="quiet" busy={charging.busy} onClick={() => charging.run(rounded)}>
          {w.checkout.charge(money(rounded, "KRW"))}
        </Button>
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
          {method === "points" && <Points order={order} />}
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
            <GatewayForm publishableKey={card.publishableKey} order={order} onForm={onForm} />
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
