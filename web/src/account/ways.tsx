/** How the account is entered: its password and passkeys. */
import { useState } from "preact/hooks";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { date } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Failure, Field, Notice } from "../ui/index.tsx";
import { Paged } from "../ui/paged.tsx";
import css from "./account.module.css";
import { recently } from "./again.tsx";
import { deviceName } from "./device.ts";
import { check, Form, PasswordField, useForm } from "./form.tsx";
import { addPasskey, supported } from "./passkey.tsx";
import type { Me } from "./profile.tsx";

export const Password = ({ me }: Me) => {
  const [done, setDone] = useState(false);
  const form = useForm(
    { current: "", password: "" },
    ({ password }) => ({ password: check.newPassword(password) }),
    async ({ current, password }) => {
      setDone(false);
      await recently(() => api.call("PUT /v1/me/password", { body: { ...(current && { current }), password } }));
      form.set({ current: "", password: "" });
      await Reads.changed("sessions");
      setDone(true);
    },
  );
  return (
    <section class="stack">
      <h2>{a.ways.password}</h2>
      <Form of={form} label={a.ways.set} look="quiet">
        <input type="email" autocomplete="username" value={me.email} readOnly hidden />
        <Field
          {...form.bind("current")}
          label={a.ways.current}
          hint={a.ways.currentHint}
          type="password"
          autocomplete="current-password"
          maxLength={128}
        />
        <PasswordField {...form.bind("password")} label={a.ways.next} fresh />
      </Form>
      {done && <Notice tone="good">{a.ways.passwordSet}</Notice>}
    </section>
  );
};

export const Passkeys = () => {
  const form = useForm(
    { name: deviceName(navigator.userAgent) },
    ({ name }) => ({ name: check.filled(name) }),
    async ({ name }) => {
      await recently(() => addPasskey(name.trim()));
      await Reads.changed("passkeys");
    },
  );
  return (
    <section class="stack">
      <h2>{a.ways.passkeys}</h2>
      <p class="note soft">{supported ? a.ways.passkeysText : a.ways.unsupported}</p>
      <Paged
        read={Reads.passkeys}
        class={css.list}
        row={(passkey) => <Passkey key={passkey.passkeyId} {...passkey} />}
        empty={<p>{a.ways.none}</p>}
        height="4rem"
      />
      {supported && (
        <Form of={form} label={a.ways.add} look="quiet">
          <Field
            {...form.bind("name")}
            label={a.ways.passkeyName}
            hint={a.ways.passkeyNameHint}
            autocomplete="off"
            maxLength={100}
          />
        </Form>
      )}
    </section>
  );
};

type PasskeyProps = { passkeyId: string; name: string; createdAt: string; lastUsedAt?: string | undefined };

const Passkey = ({ passkeyId, name, createdAt, lastUsedAt }: PasskeyProps) => {
  const removal = useAction(async () => {
    await recently(() => api.call("DELETE /v1/passkeys/{passkeyId}", { params: { passkeyId } }));
    await Reads.changed("passkeys");
  });
  return (
    <li>
      <div>
        <b>{name}</b>
        <p class="note soft">
          {a.ways.made(date(createdAt, "short"))}
          {lastUsedAt && ` · ${a.ways.used(date(lastUsedAt, "short"))}`}
        </p>
        {removal.error !== undefined && <Failure error={removal.error} />}
      </div>
      <AskFirst
        look="plain"
        busy={removal.busy}
        aria-label={`${a.ways.remove}: ${name}`}
        ask={a.ways.removeAsk(name)}
        yes={a.ways.remove}
        no={a.ways.keep}
        onYes={removal.run}
      />
    </li>
  );
};
