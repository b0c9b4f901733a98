/** An invitation into an organisation, as its e-mail links to it: it is accepted with the invited, proven address. */
import { codeOf } from "../../../client/problem.ts";
import { Prove } from "../account/prove-here.ts";
import * as Reads from "../api/reads.ts";
import { d } from "../i18n/desk.ts";
import { date, w } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import { go, type PageProps } from "../router.tsx";
import { Button, Failure, LinkButton, Notice, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./desk.module.css";
import * as People from "./people-reads.ts";

const signPath = (path: "sign-in" | "sign-up") => `/${path}?to=${encodeURIComponent(location.pathname)}`;

const SignedOut = () => (
  <>
    <p>{d.people.invitation.signIn}</p>
    <div class="row">
      <LinkButton href={signPath("sign-in")}>{w.nav.signIn}</LinkButton>
      <LinkButton look="quiet" href={signPath("sign-up")}>
        {d.people.invitation.signUp}
      </LinkButton>
    </div>
  </>
);

/** The invitation may be accepted already, so a member gets the way to the desk. */
const None = ({ member }: { member: boolean }) => {
  const text = d.people.invitation;
  return (
    <>
      <Notice tone="warn">
        <span>
          <b>{text.none}.</b> {text.why} {text.what}
        </span>
      </Notice>
      <div class="row">
        {member && <LinkButton href="/desk">{text.desk}</LinkButton>}
        <LinkButton look="quiet" href={signPath("sign-in")}>
          {text.other}
        </LinkButton>
      </div>
    </>
  );
};

const Invitation = (at: People.At) => {
  const text = d.people.invitation;
  const me = useQuery(Reads.me());
  const found = useQuery(People.invitation(at));
  const accepting = useAction(async () => {
    await People.accept(at);
    go("/desk", { replace: true });
  });
  const code = codeOf(found.error);
  const state = () => {
    if (accepting.busy || found.data) return undefined;
    if (code === "invitation.unverified")
      return <Prove text={text.prove} onDone={() => void Reads.changed("invitation")} />;
    if (code === "invitation.not_found") return <None member={me.data?.roles.includes("admin") ?? false} />;
    if (found.isError) return <Failure error={found.error} retry={() => found.refetch()} />;
    return <Skeleton height="8rem" />;
  };
  return (
    <>
      {me.data && <p class="note soft">{text.as(me.data.email)}</p>}
      {state()}
      {found.data && (
        <>
          <div>
            <p>
              <b>{text.lead(found.data.name)}</b>
            </p>
            <p>
              {text.role(d.people.roles[found.data.role])} {d.people.may[found.data.role]}
            </p>
            <p class="note soft">{text.until(date(found.data.until, "year"))}</p>
          </div>
          <div>
            <Button big busy={accepting.busy} onClick={accepting.run}>
              {text.accept}
            </Button>
          </div>
        </>
      )}
      {accepting.error !== undefined && <Failure error={accepting.error} />}
    </>
  );
};

export default function InvitationPage({ params }: PageProps) {
  const user = useUser();
  const { organisationId = "", invitationId = "" } = params;
  return (
    <div class={css.body}>
      <Title>{d.people.invitation.title}</Title>
      <h1 tabIndex={-1}>{d.people.invitation.title}</h1>
      {user ? <Invitation key={user} organisationId={organisationId} invitationId={invitationId} /> : <SignedOut />}
    </div>
  );
}
