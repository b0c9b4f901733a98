/** A change that needs a recent sign-in asks for one in place, and then goes on. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { codeOf } from "../../../client/problem.ts";
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import * as Session from "../api/session.ts";
import { a } from "../i18n/account.ts";
import { queries } from "../query.ts";
import { Button, css as ui } from "../ui/index.tsx";
import css from "./account.module.css";
import { SignIn } from "./sign-in.tsx";

/** Resolves with whether the user has signed in. Set while the page is shown. */
let ask: () => Promise<boolean> = async () => false;

/** Does it, after a sign-in if it needs one. Throws the refusal if there was none. */
export const recently = async <T,>(work: () => Promise<T>): Promise<T> => {
  const user = Session.userId();
  try {
    return await work();
  } catch (error) {
    // after a sign-in to another account the change is not made there
    if (codeOf(error) !== "session.not_recent" || !(await ask()) || Session.userId() !== user) throw error;
    return work();
  }
};

export const Again = ({ me }: { me: Answer<"GET /v1/me"> }) => {
  const [answer, set] = useState<(signedIn: boolean) => void>();
  useEffect(() => {
    ask = () => new Promise((resolve) => set(() => resolve));
    return () => {
      ask = async () => false;
    };
  }, []);
  if (!answer) return null;
  const close = (signedIn: boolean) => {
    set(undefined);
    answer(signedIn);
  };
  return <Dialog me={me} close={close} />;
};

const Dialog = ({ me, close }: { me: Answer<"GET /v1/me">; close: (signedIn: boolean) => void }) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [before] = useState(Session.sessionId);
  useEffect(() => ref.current?.showModal(), []);
  const done = async () => {
    // the session of before would remain in the list as a second one of this device
    if (before) await api.call("DELETE /v1/me/sessions/{sessionId}", { params: { sessionId: before } }).catch(() => {});
    if (Session.userId() !== me.userId) queries.clear();
    await Reads.changed("sessions");
    close(true);
  };
  return (
    <dialog ref={ref} class={`${ui.dialog} ${css.again}`} aria-labelledby={id} onCancel={() => close(false)}>
      <h2 id={id}>{a.again.title}</h2>
      <p class="note soft">{a.again.lead}</p>
      <SignIn email={me.email} codes={me.emailVerified} forgotten="/forgotten?to=/account" onDone={done} />
      <Button look="plain" onClick={() => close(false)}>
        {a.again.cancel}
      </Button>
    </dialog>
  );
};
