/** Passkeys as Chromium makes and signs them, with the API's options as they are. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { addAuthenticator } from "./authenticator.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

// biome-ignore lint/suspicious/noExplicitAny: options and answers pass as the API and the browser write them.
type Json = any;

const create = (page: Page, options: Json): Promise<Json> =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
  }, options);

const sign = (page: Page, options: Json): Promise<Json> =>
  page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON();
  }, options);

test("Chromium signs up with a passkey and signs in with it, with one gesture each", async () => {
  const { page } = await visit(browser);
  const phone = await addAuthenticator(page);
  await page.goto("/");
  const api = Api.visitor();
  const email = `passkey-${Date.now().toString(36)}@onsale.test`;
  const credential = await create(page, await api.call("POST /v1/passkeys/options", { body: { email, name: "Mina" } }));
  expect(await phone.count()).toBe(1);
  const passkey = { name: "My phone", credential };
  const made = await api.open("POST /v1/accounts", { body: { email, name: "Mina", passkey } });
  expect(made.session).toBeDefined();

  const signed = await sign(page, await api.open("POST /v1/sessions/passkey/options", {}));
  const session = await api.open("POST /v1/sessions/passkey", { body: { credential: signed } });
  expect(JSON.parse(Buffer.from(session.accessToken.split(".")[1] ?? "", "base64url").toString()).sub).toBe(
    made.userId,
  );
});

test("Chromium makes no passkey if its user is not verified", async () => {
  const { page } = await visit(browser);
  const phone = await addAuthenticator(page);
  await phone.verifies(false);
  await page.goto("/");
  const body = { email: `unverified-${Date.now().toString(36)}@onsale.test`, name: "Mina" };
  const options = await Api.visitor().call("POST /v1/passkeys/options", { body });
  await expect(create(page, options)).rejects.toThrow("NotAllowedError");
  expect(await phone.count()).toBe(0);
});
