/** Shows a page to organisers only, and to those whose role is high enough. The API decides; this saves others a page of errors. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Event, OrganiserEvent } from "../../../client/shapes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";
import { d } from "../i18n/desk.ts";
import { w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { go, Link } from "../router.tsx";
import { Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./desk.module.css";
import * as People from "./people-reads.ts";

type Role = People.Role;

type Tab = { role: Role; href: string; title: string; ofDraft?: true };

/** The pages of one event, each with the least role that it needs. `ofDraft`: a draft has it too, although it has no sale yet. */
const pagesOf = ({ eventId, status }: Event): Tab[] => {
  const base = `/desk/events/${eventId}`;
  return [
    { role: "box-office", href: base, title: status === "draft" ? d.draft.title : d.live, ofDraft: true },
    { role: "box-office", href: `${base}/orders`, title: d.orders },
    { role: "manager", href: `${base}/exports`, title: d.exports.title },
    { role: "manager", href: `${base}/edit`, title: d.edit.title, ofDraft: true },
    { role: "manager", href: `${base}/log`, title: d.log.title, ofDraft: true },
    { role: "box-office", href: `${base}/draw`, title: d.draw },
    { role: "manager", href: `${base}/entrance`, title: d.device.title },
    { role: "entrance", href: `/desk/check-in?event=${eventId}`, title: d.checkIn },
    { role: "box-office", href: `/events/${eventId}`, title: d.page },
  ];
};

/** The pages of an event that a role may open. */
export const tabsOf = (event: Event, role: Role): Tab[] =>
  pagesOf(event).filter((tab) => People.atLeast(role, tab.role) && (event.status !== "draft" || tab.ofDraft));

/** The caller's organisation that has the event. */
export const ownerOf = (event: OrganiserEvent, mine: People.Organisation[]): People.Organisation | undefined =>
  mine.find(({ organisationId }) => organisationId === event.organisationId);

export const Tabs = ({ event, role }: { event: Event; role: Role }) => {
  const ref = useRef<HTMLElement>(null);
  useEffect(
    () => ref.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }),
    [],
  );
  return (
    <nav class={css.tabs} aria-label={d.title} ref={ref}>
      {tabsOf(event, role).map(({ href, title }) => (
        <Link key={href} href={href} aria-current={location.pathname === href ? "page" : undefined}>
          {title}
        </Link>
      ))}
    </nav>
  );
};

/** The page needs a higher role than the caller's in `of`. Without `of`, it needs that role in any organisation. */
export const Refused = ({ need, of }: { need: Role; of?: People.Organisation | undefined }) => (
  <Notice tone="warn">
    <div class="stack">
      <p>
        {d.people.needs(d.people.roles[need])} {of && d.people.have(of.name, d.people.roles[of.role])}
      </p>
      <p>{d.people.ask}</p>
      <div>
        <LinkButton look="quiet" href="/desk">
          {d.people.invitation.desk}
        </LinkButton>
      </div>
    </div>
  </Notice>
);

/** Shows a page that needs a role in any organisation. The pages of one event use `EventGate`. */
export const SomeRole = ({ needs, children }: { needs: Role; children: ComponentChildren }) => {
  const mine = useQuery(People.organisations());
  if (!mine.data)
    return mine.isError ? <Failure error={mine.error} retry={() => mine.refetch()} /> : <Skeleton height="16rem" />;
  if (mine.data.items.some((one) => People.atLeast(one.role, needs))) return <>{children}</>;
  return <Refused need={needs} />;
};

export const Gate = ({ title, children }: { title: string; children: ComponentChildren }) => {
  const user = useUser();
  const me = useQuery({ ...Reads.me(), enabled: user !== undefined });
  const here = location.pathname + location.search;
  useEffect(() => {
    if (!user) go(`/sign-in?to=${encodeURIComponent(here)}`, { replace: true });
  }, [user]);
  // a token of before the account's invitation opens nothing here, until it is renewed
  const isOld = me.data?.roles.includes("admin") && !Session.isOrganiser();
  const [renewed, setRenewed] = useState(false);
  useEffect(() => {
    const done = () => setRenewed(true);
    if (isOld) api.session.renew().then(done, done);
  }, [isOld]);
  if (!user) return null;
  if (me.isError && !me.data) return <Failure error={me.error} retry={() => me.refetch()} />;
  if (!me.data || (isOld && !renewed)) return <Skeleton height="16rem" />;
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
