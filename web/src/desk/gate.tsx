/** Shows the page to organisers only. The API decides; this saves others a page of errors. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./desk.module.css";

export const Gate = ({ title, children }: { title: string; children: ComponentChildren }) => {
  const user = useUser();
  const me = useQuery({ ...Reads.me(), enabled: user !== undefined });
  const here = location.pathname;
  useEffect(() => {
    if (!user) go(`/sign-in?to=${encodeURIComponent(here)}`, { replace: true });
  }, [user]);
  if (!user) return null;
  if (me.isError && !me.data) return <Failure error={me.error} retry={() => me.refetch()} />;
  if (!me.data) return <Skeleton height="16rem" />;
  return (
    <div class={css.page}>
      <Title>{title}</Title>
      {me.data.roles.includes("admin") ? (
        children
      ) : (
        <>
          <h1 tabIndex={-1}>{title}</h1>
          <Notice tone="warn">
            <span>{d.forbidden}</span>
            <LinkButton href={`/sign-in?to=${encodeURIComponent(here)}`}>{w.nav.signIn}</LinkButton>
          </Notice>
        </>
      )}
    </div>
  );
};

/** The pages of one event. A draft has no sale yet. */
export const Tabs = ({ eventId, draft = false }: { eventId: string; draft?: boolean }) => {
  const base = `/desk/events/${eventId}`;
  const ofSale = [
    [base, d.live],
    [`${base}/orders`, d.orders],
  ] as const;
  const ofVisitors = [
    [`${base}/draw`, d.draw],
    [`/desk/check-in?event=${eventId}`, d.checkIn],
    [`/events/${eventId}`, d.page],
  ] as const;
  const tabs = [
    ...(draft ? [] : ofSale),
    [`${base}/edit`, d.edit.title],
    [`${base}/log`, d.log.title],
    ...(draft ? [] : ofVisitors),
  ] as const;
  const ref = useRef<HTMLElement>(null);
  useEffect(
    () => ref.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }),
    [],
  );
  return (
    <nav class={css.tabs} aria-label={d.title} ref={ref}>
      {tabs.map(([href, text]) => (
        <Link key={href} href={href} aria-current={location.pathname === href ? "page" : undefined}>
          {text}
        </Link>
      ))}
    </nav>
  );
};
