/** The members of an organisation: invited, given a role, removed; and its log. Members below manager see their own role. */
import { useState } from "preact/hooks";
import * as Session from "../api/session.ts";
import { d } from "../i18n/desk.ts";
import { useAction, useQuery } from "../query.ts";
import { go, Link, type PageProps } from "../router.tsx";
import { AskFirst } from "../ui/ask.tsx";
import { Button, Failure, Field, Notice, Select, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import { Gate } from "./gate.tsx";
import { LogList } from "./log-list.tsx";
import { InvitationRow, MemberRow, RoleOptions } from "./member-rows.tsx";
import * as People from "./people-reads.ts";

type Of = { organisation: People.Organisation };

const Invite = ({ organisation: { organisationId, role: own } }: Of) => {
  const [email, type] = useState("");
  const [role, choose] = useState<People.Role>("entrance");
  const [sent, setSent] = useState("");
  const inviting = useAction(async () => {
    await People.invite(organisationId, { email: email.trim(), role });
    setSent(email.trim());
    type("");
  });
  return (
    <section class="stack">
      <h2>{d.people.invite}</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setSent("");
          if (!inviting.busy) inviting.run();
        }}
      >
        <div class={css.two}>
          <Field
            label={d.people.email}
            type="email"
            required
            value={email}
            onInput={(event) => type(event.currentTarget.value)}
          />
          <Select
            label={d.people.role}
            hint={d.people.may[role]}
            value={role}
            onChange={(event) => choose(event.currentTarget.value as People.Role)}
          >
            <RoleOptions own={own} />
          </Select>
        </div>
        <div>
          <Button type="submit" busy={inviting.busy}>
            {d.people.send}
          </Button>
        </div>
      </form>
      {sent && <Notice tone="good">{d.people.sent(sent)}</Notice>}
      {inviting.error !== undefined && <Failure error={inviting.error} />}
    </section>
  );
};

const Managed = ({ organisation }: Of) => {
  const { organisationId } = organisation;
  const list = useQuery(People.members(organisationId));
  if (!list.data)
    return list.isError ? <Failure error={list.error} retry={() => list.refetch()} /> : <Skeleton height="16rem" />;
  const { items, invitations } = list.data;
  const names = Object.fromEntries([
    ...items.map(({ userId, email }) => [userId, email]),
    ...invitations.map(({ invitationId, email }) => [invitationId, email]),
  ]);
  return (
    <>
      <ul class={css.list}>
        {items.map((member) => (
          <MemberRow
            key={member.userId}
            organisation={organisation}
            member={member}
            mine={member.userId === Session.userId()}
          />
        ))}
      </ul>
      <Invite organisation={organisation} />
      <section class="stack">
        <h2>{d.people.pending}</h2>
        {invitations.length === 0 && <p class="soft">{d.people.nobody}</p>}
        <ul class={css.list}>
          {invitations.map((one) => (
            <InvitationRow key={one.invitationId} organisation={organisation} invitation={one} />
          ))}
        </ul>
      </section>
      <section class="stack">
        <h2>{d.log.title}</h2>
        <LogList read={(cursor) => People.log(organisationId, cursor)} currency="KRW" names={names} />
      </section>
    </>
  );
};

const Leave = ({ organisation: { organisationId, name } }: Of) => {
  const leaving = useAction(async () => {
    await People.leave(organisationId);
    go("/desk", { replace: true });
  });
  return (
    <div class="stack">
      <div>
        <AskFirst
          look="quiet"
          busy={leaving.busy}
          ask={d.people.leaveAsk(name)}
          yes={d.people.leave}
          no={d.people.stay}
          onYes={leaving.run}
        />
      </div>
      {leaving.error !== undefined && <Failure error={leaving.error} />}
    </div>
  );
};

const Organisations = ({ organisationId }: { organisationId: string }) => {
  const list = useQuery(People.organisations());
  if (!list.data)
    return list.isError ? <Failure error={list.error} retry={() => list.refetch()} /> : <Skeleton height="16rem" />;
  const { items } = list.data;
  const own = items.find((one) => one.organisationId === organisationId);
  return (
    <>
      {items.length > 1 && (
        <nav class={css.tabs} aria-label={d.people.organisations}>
          {items.map((one) => {
            const href = `/desk/organisations/${one.organisationId}`;
            return (
              <Link key={href} href={href} aria-current={one === own ? "page" : undefined}>
                {one.name}
              </Link>
            );
          })}
        </nav>
      )}
      <div>
        <p class="note soft">{own?.name}</p>
        <h1 tabIndex={-1}>{d.people.title}</h1>
      </div>
      {own ? (
        <div class={css.body} key={organisationId}>
          <p>
            {d.people.mine(d.people.roles[own.role])}. {d.people.may[own.role]}
          </p>
          {People.atLeast(own.role, "manager") && <Managed organisation={own} />}
          <Leave organisation={own} />
        </div>
      ) : (
        <Notice tone="warn">{d.people.not}</Notice>
      )}
    </>
  );
};

export default function MembersPage({ params }: PageProps) {
  return (
    <Gate title={d.people.title}>
      <Organisations organisationId={params.organisationId ?? ""} />
    </Gate>
  );
}
