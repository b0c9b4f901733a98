/** Name, language and address. */
import { useState } from "preact/hooks";
import * as Account from "../../../client/account.ts";
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";
import { a } from "../i18n/account.ts";
import { Button, Notice, Pill, Select } from "../ui/index.tsx";
import { recently } from "./again.tsx";
import { ByCode } from "./by-code.tsx";
import { check, Form, NameField, useForm } from "./form.tsx";
import { Prove } from "./prove.tsx";

export type Me = { me: Answer<"GET /v1/me"> };

const languages = { en: "English", ko: "한국어" };

export const Profile = ({ me }: Me) => {
  const [saved, setSaved] = useState(false);
  const form = useForm(
    { name: me.name, locale: me.locale ?? "en" },
    ({ name }) => ({ name: check.filled(name) }),
    async ({ name, locale }) => {
      setSaved(false);
      await api.call("PATCH /v1/me", { body: { name: name.trim(), locale: locale === "ko" ? "ko" : "en" } });
      await Reads.changed("me");
      setSaved(true);
    },
  );
  return (
    <section class="stack">
      <h2>{a.profile.you}</h2>
      <Form of={form} label={a.profile.save} look="quiet">
        <NameField {...form.bind("name")} />
        <Select
          label={a.profile.language}
          value={form.entered.locale}
          onChange={(event) => form.set({ locale: event.currentTarget.value as "en" | "ko" })}
        >
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </Select>
      </Form>
      {saved && <Notice tone="good">{a.profile.saved}</Notice>}
    </section>
  );
};

export const Address = ({ me }: Me) => {
  const [state, set] = useState<"changing" | "changed">();
  const send = (email: string) =>
    recently(async () => (await api.call("POST /v1/me/email", { body: { email } })).codeId);
  const confirm = async (guess: Account.Guess) => {
    await Account.proveAddress(api, guess);
    await Reads.changed("me", "sessions");
    set("changed");
  };
  return (
    <section class="stack">
      <h2>{a.profile.address}</h2>
      <p class="spread">
        <span>{me.email}</span>
        <Pill tone={me.emailVerified ? "good" : "warn"}>
          {me.emailVerified ? a.profile.confirmed : a.profile.unconfirmed}
        </Pill>
      </p>
      {state === "changed" && <Notice tone="good">{a.profile.changed}</Notice>}
      {state === "changing" ? (
        <>
          <p class="note soft">{a.profile.changeHint}</p>
          <ByCode newAddress={a.profile.newAddress} send={send} use={confirm} label={a.profile.use} />
        </>
      ) : (
        !me.emailVerified && <Prove text={a.prove.plain} />
      )}
      <div>
        <Button look="plain" onClick={() => set(state === "changing" ? undefined : "changing")}>
          {state === "changing" ? a.again.cancel : a.profile.change}
        </Button>
      </div>
    </section>
  );
};
