/** A sale that asks for a proven address says so before the opening, and takes the proof there, so that nobody has to do it at the opening. */
import type { Event } from "../../../client/shapes.ts";
import { Prove } from "../account/prove-here.ts";
import * as Reads from "../api/reads.ts";
import { w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { LinkButton, Notice } from "../ui/index.tsx";
import { useUser } from "../ui/layout.tsx";
import css from "./event-page.module.css";

export const asksForProof = (event: Event) => event.queue.requires?.includes("verifiedEmail") ?? false;

export const Verified = () => {
  const user = useUser();
  const me = useQuery({ ...Reads.me(), enabled: user !== undefined });
  const to = `/sign-in?to=${encodeURIComponent(location.pathname)}`;
  if (!user)
    return (
      <Notice tone="warn">
        <span>{w.event.verifySignIn}</span>
        <LinkButton look="plain" href={to}>
          {w.nav.signIn}
        </LinkButton>
      </Notice>
    );
  if (!me.data) return null;
  if (me.data.emailVerified) return <Notice tone="good">{w.event.verified}</Notice>;
  return (
    <section class={css.verify}>
      <h2>{w.event.verifyTitle}</h2>
      <Prove text={w.event.verifyText} />
    </section>
  );
};
