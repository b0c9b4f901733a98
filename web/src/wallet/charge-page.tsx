/** Charging points: amount and method, then the charge until it is completed, declined, or confirmed with the buyer's bank. */
import { useEffect } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import * as Reads from "../api/reads.ts";
import { money, w } from "../i18n/index.ts";
import { Bank } from "../order/bank.tsx";
import { useHeading } from "../order/heading.ts";
import { returned } from "../order/returned.ts";
import { useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { Failure, Skeleton } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import * as Charges from "./charge.ts";
import { ChargeForm } from "./charge-form.tsx";
import { Declined, Done, Settling } from "./charge-outcome.tsx";

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
  if (methods.data) return <ChargeForm methods={methods.data} />;
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
  return <div class="column">{user && (chargeId ? <One key={user} chargeId={chargeId} /> : <Start key={user} />)}</div>;
}
