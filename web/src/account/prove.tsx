/** The address of the signed-in account is proven on the page that needs it. */
import { useEffect } from "preact/hooks";
import * as Account from "../../../client/account.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { useAction, useQuery } from "../query.ts";
import { Failure } from "../ui/index.tsx";
import { ByCode, sendCode } from "./by-code.tsx";

type Props = { text: string; onDone?: () => void };

export const Prove = ({ text, onDone }: Props) => {
  const me = useQuery({ ...Reads.me(), staleTime: 0 });
  const proven = me.data?.emailVerified;
  const goOn = useAction(async () => {
    if (!Session.isVerified()) await api.session.renew(); // it was proven on another device
    onDone?.();
  });
  useEffect(() => {
    if (proven) goOn.run();
  }, [proven]);
  const use = async (guess: Account.Guess) => {
    await Account.proveAddress(api, guess);
    await Reads.changed("me");
  };
  if (goOn.error !== undefined) return <Failure error={goOn.error} retry={goOn.run} />;
  if (!me.data || proven) return null;
  return (
    <div class="stack">
      <p>{text}</p>
      <ByCode email={me.data.email} send={sendCode("verify")} use={use} label={a.prove.confirm} />
    </div>
  );
};
