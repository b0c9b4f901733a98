/** The account: who it is, how it is entered, where it is signed in, its data. */
import { useEffect } from "preact/hooks";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { useQuery } from "../query.ts";
import { go } from "../router.tsx";
import { Failure, Skeleton, Title } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import { Again } from "./again.tsx";
import { Address, Profile } from "./profile.tsx";
import { Sessions } from "./sessions.tsx";
import { Passkeys, Password } from "./ways.tsx";

const Account = () => {
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
      <Again me={me.data} />
    </>
  );
};

export default function AccountPage() {
  const user = useUser();
  useEffect(() => {
    if (!user) go("/sign-in?to=/account", { replace: true });
  }, [user]);
  return (
    <div class="column">
      <Title>{a.profile.title}</Title>
      <h1 tabIndex={-1}>{a.profile.title}</h1>
      {user && <Account key={user} />}
    </div>
  );
}
