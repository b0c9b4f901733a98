/** The members of an organisation and its open invitations, with what the caller's role may do to each. */
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Button, Failure, Pill, Select } from "../ui/index.tsx";
import css from "./desk.module.css";
import * as People from "./people-reads.ts";

type Member = People.MemberList["items"][number];
type Invitation = People.MemberList["invitations"][number];
type Of = { organisation: People.Organisation };

/** The roles that the caller may give: none above their own. */
export const RoleOptions = ({ own }: { own: People.Role }) => (
  <>
    {People.roles
      .filter((role) => People.atLeast(own, role))
      .map((role) => (
        <option key={role} value={role}>
          {d.people.roles[role]}
        </option>
      ))}
  </>
);

export const MemberRow = ({ organisation, member, mine }: Of & { member: Member; mine: boolean }) => {
  const { organisationId, role: own } = organisation;
  const { userId, role } = member;
  const who = member.email ?? d.people.gone;
  const changing = useAction((to: People.Role) => People.changeRole({ organisationId, userId }, to));
  const removing = useAction(() => People.remove({ organisationId, userId }));
  const may = People.atLeast(own, role);
  const error = changing.error ?? removing.error;
  return (
    <li class="stack">
      <div>
        <p class="row">
          <b class={css.address}>{who}</b>
          {mine && <Pill>{d.people.you}</Pill>}
        </p>
        <p class="note soft">
          {member.name && `${member.name} · `}
          {may ? "" : `${d.people.roles[role]} · `}
          {d.people.since(date(member.since, "year"))}
        </p>
      </div>
      {may && (
        <div class={css.two}>
          <Select
            label={d.people.role}
            aria-label={d.people.roleOf(who)}
            value={role}
            disabled={changing.busy}
            onChange={({ currentTarget }) => {
              changing.run(currentTarget.value as People.Role);
              currentTarget.value = role; // until the API has changed it
            }}
          >
            <RoleOptions own={own} />
          </Select>
          {mine ? (
            <div />
          ) : (
            <div class={css.end}>
              <AskFirst
                look="quiet"
                busy={removing.busy}
                aria-label={d.people.removeWho(who)}
                ask={d.people.removeAsk(who)}
                yes={d.people.remove}
                no={d.people.keep}
                onYes={removing.run}
              />
            </div>
          )}
        </div>
      )}
      {error !== undefined && <Failure error={error} />}
    </li>
  );
};

export const InvitationRow = ({ organisation, invitation }: Of & { invitation: Invitation }) => {
  const { organisationId, role: own } = organisation;
  const { invitationId, email, role, until } = invitation;
  const withdrawing = useAction(() => People.withdraw({ organisationId, invitationId }));
  return (
    <li>
      <div class="spread">
        <div>
          <b class={css.address}>{email}</b>
          <p class="note soft">
            {d.people.roles[role]} · {d.people.until(date(until, "year"))}
          </p>
        </div>
        {People.atLeast(own, role) && (
          <Button
            look="plain"
            busy={withdrawing.busy}
            aria-label={d.people.withdrawOf(email)}
            onClick={() => withdrawing.run()}
          >
            {d.people.withdraw}
          </Button>
        )}
      </div>
      {withdrawing.error !== undefined && <Failure error={withdrawing.error} />}
    </li>
  );
};
