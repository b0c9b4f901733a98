/** The account: who it is, how it is entered, where it is signed in, its data. */
import { useEffect, useState } from "preact/hooks";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { useQuery } from "../query.ts";
import { go } from "../router.tsx";
import { Failure, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Again } from "./again.tsx";
import { Data, Leave } from "./leave.tsx";
import { Address, Profile } from "./profile.tsx";
import { Sessions } from "./sessions.tsx";
import { Passkeys, Password } from "./ways.tsx";

const Account = ({ onClosed }: { onClosed: () => void }) => {
  const me = useQuery(Reads.me());
  if (!me.data)
    return me.isError ? <Failure error={me.error} retry={() => me.refetch()} /> : <Skeleton height="24rem" />;
  return (
    <>
      <Profile me={me.data} />
      <Address me={me.data} />
      <Password me={me.data} />
      <Passkeys />
      <Sessions />
      <Data />
      <Leave onClosed={onClosed} />
      <Again me={me.data} />
    </>
  );
};

export default function AccountPage() {
  const user = useUser();
  const [closed, setClosed] = useState(false);
  useEffect(() => {
    if (!user && !closed) go("/sign-in?to=/account", { replace: true });
  }, [user]);
  const title = closed ? a.leave.closedTitle : a.profile.title;
  return (
    <div class="column">
      <Title>{title}</Title>
      <h1 tabIndex={-1}>{title}</h1>
      {closed && <p role="status">{a.leave.closed}</p>}
      {user && !closed && <Account key={user} onClosed={() => setClosed(true)} />}
    </div>
  );
}
