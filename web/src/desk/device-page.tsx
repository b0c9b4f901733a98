/** The page of a device at the entrance: it claims the pass of its link, and then checks tickets in without an account. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { passing } from "../../../client/problem.ts";
import { d } from "../i18n/desk.ts";
import { useQuery } from "../query.ts";
import { Failure, Skeleton, Title } from "../ui/index.tsx";
import css from "./check-in-page.module.css";
import { CheckIns } from "./check-in-page.tsx";
import { clientOf, type Pass, pass } from "./device.ts";

const Scanner = ({ own }: { own: Pass }) => {
  const by = useMemo(() => clientOf(own), [own]);
  // the token has been used, and the address shows it no more
  useEffect(() => history.replaceState(history.state, "", location.pathname), []);
  return (
    <>
      <CheckIns eventId={own.eventId} by={by} />
      <p class="note soft">{d.device.own(own.name)}</p>
    </>
  );
};

const Device = () => {
  const [token] = useState(() => location.hash.slice(1));
  const own = useQuery({ queryKey: ["device", token] as const, queryFn: () => pass(token), staleTime: Infinity });
  if (own.data) return <Scanner own={own.data} />;
  return (
    <>
      <h1 tabIndex={-1}>{own.isPending ? d.device.setting : d.device.without}</h1>
      {own.isPending && <Skeleton height="12rem" />}
      {own.isError && <Failure error={own.error} {...(passing(own.error) && { retry: () => own.refetch() })} />}
      {!own.isPending && <p>{d.device.ask}</p>}
    </>
  );
};

export default function DevicePage() {
  return (
    <div class={css.entrance}>
      <Title>{d.entrance.title}</Title>
      <Device />
    </div>
  );
}
