/** The account's data as a file, and the end of the account. */
import { useState } from "preact/hooks";
import { untilAnswered } from "../../../client/pause.ts";
import { ApiProblem, codeOf } from "../../../client/problem.ts";
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { money } from "../i18n/index.ts";
import { save } from "../order/calendar.ts";
import { queries, useAction, useQuery } from "../query.ts";
import { Link } from "../router.tsx";
import { AskFirst } from "../ui/ask.tsx";
import { Button, Failure, Notice } from "../ui/index.tsx";
import css from "./account.module.css";
import { recently } from "./again.tsx";

type Item = Answer<"GET /v1/me/export">["items"][number];

const everything = async (): Promise<Item[]> => {
  const items: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = cursor ? { cursor } : {};
    const page: Answer<"GET /v1/me/export"> = await untilAnswered(() => api.call("GET /v1/me/export", { query }));
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
};

export const Data = () => {
  const action = useAction(async () => {
    const items = await recently(everything);
    save("onsale.json", "application/json", JSON.stringify(items, undefined, 2));
  });
  return (
    <section class="stack">
      <h2>{a.leave.data}</h2>
      <p class="note soft">{a.leave.dataText}</p>
      {action.error !== undefined && <Failure error={action.error} />}
      <div>
        <Button look="quiet" busy={action.busy} onClick={action.run}>
          {a.leave.save}
        </Button>
      </div>
    </section>
  );
};

/** The orders and charges that a refusal names as not finished. */
const openIn = (error: unknown): string[] => {
  const open = error instanceof ApiProblem && error.code === "account.orders_open" ? error.document.open : undefined;
  return Array.isArray(open) ? open.map(String) : [];
};

const Open = ({ ids }: { ids: string[] }) => (
  <ul class={css.list}>
    {ids.map((id) => (
      <li key={id}>
        <Link href={id.startsWith("ord_") ? `/orders/${id}` : "/wallet"}>
          {id.startsWith("ord_") ? a.leave.order : a.leave.charge} <span class="mono">{id}</span>
        </Link>
      </li>
    ))}
  </ul>
);

const Balance = ({
  balance,
  forfeit,
  onForfeit,
}: {
  balance: string;
  forfeit: boolean;
  onForfeit: (yes: boolean) => void;
}) => {
  const payback = useAction(async () => {
    const paid = await recently(() => api.call("POST /v1/wallet/payback"));
    await Reads.changed("wallet", "entries");
    return paid;
  });
  const [paid, setPaid] = useState<Answer<"POST /v1/wallet/payback">>();
  return (
    <div class="stack">
      <p>{a.leave.balance(balance)}</p>
      {payback.error !== undefined && <Failure error={payback.error} />}
      {paid && <Notice>{paid.amount > 0 ? a.leave.paidBack(money(paid.amount, "KRW")) : a.leave.nothingBack}</Notice>}
      <div>
        <Button look="quiet" busy={payback.busy} onClick={async () => setPaid(await payback.run())}>
          {a.leave.payBack}
        </Button>
      </div>
      <label class={css.show}>
        <input type="checkbox" checked={forfeit} onChange={(event) => onForfeit(event.currentTarget.checked)} />
        {a.leave.forfeit(balance)}
      </label>
    </div>
  );
};

export const Leave = ({ onClosed }: { onClosed: () => void }) => {
  const wallet = useQuery(Reads.wallet());
  const [forfeit, setForfeit] = useState(false);
  const action = useAction(async () => {
    await recently(() => api.call("DELETE /v1/me", { body: forfeit ? { forfeit } : {} }));
    onClosed();
    Session.session.forget();
    queries.clear();
  });
  const close = async () => {
    await action.run();
    Reads.changed("wallet");
  };
  const { balance = 0, currency = "KRW" } = wallet.data ?? {};
  return (
    <section class="stack">
      <h2>{a.leave.title}</h2>
      <ul class={css.effects}>
        {a.leave.effects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      {balance > 0 && <Balance balance={money(balance, currency)} forfeit={forfeit} onForfeit={setForfeit} />}
      {action.error !== undefined && <Failure error={action.error} />}
      {codeOf(action.error) === "account.orders_open" && <Open ids={openIn(action.error)} />}
      <div>
        <AskFirst
          look="danger"
          busy={action.busy}
          ask={a.leave.ask}
          yes={a.leave.close}
          no={a.leave.stay}
          onYes={close}
        />
      </div>
    </section>
  );
};
