/** Accounts in a browser: each way to sign in, a forgotten password, a proven address, and the account's page. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Account from "#client/account.ts";
import * as Buyer from "#client/buyer.ts";
import { en } from "../../web/src/i18n/en/account.ts";
import { ko } from "../../web/src/i18n/ko/account.ts";
import * as Api from "./api.ts";
import { findings } from "./axe.ts";
import { codeTo, disownTo } from "./mail.ts";
import { launch, signIn, visit } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const paste = (page: Page, code: string) => page.getByLabel("Code", { exact: true }).fill(code);

/** The access token has expired, so that the next request refreshes the session. */
const expire = (page: Page) =>
  page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem("onsale:session") ?? "null");
    localStorage.setItem("onsale:session", JSON.stringify({ ...kept, expiresAt: 0 }));
  });

/** The first proof of the address, on another device and without the password. */
const proveElsewhere = async ({ email }: Api.Account) => {
  const api = Api.visitor();
  const codeId = await Account.requestCode(api, { email, purpose: "signin" });
  await Account.signInByCode(api, { codeId, code: await codeTo(email) });
  return api;
};

test("a session that was set aside in the middle of a hold asks for a code, and the hold is still there", async () => {
  const account = await Api.account(500_000);
  const { page, context, faults } = await visit(browser, { account });
  const eventId = await Api.event();
  await page.goto(`/events/${eventId}/seats`);
  await page.getByRole("button", { name: "Find the best 2 seats together" }).click();
  await page.waitForURL("**/pay");
  const { pathname } = new URL(page.url());
  await page.getByText("Held for you for another").waitFor();

  await proveElsewhere(account);
  await expire(page);
  await page.reload();
  await page.waitForURL("**/sign-in?to=**");
  await page.getByText("Your e-mail address was proven on another device").waitFor();
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByText("The code is valid for 10 minutes").waitFor();
  expect(await findings(page)).toEqual([]);
  const code = await codeTo(account.email, 2);
  await paste(page, ` ${code.slice(0, 4)} ${code.slice(4)} `);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`**${pathname}`);
  await page.getByText("Held for you for another").waitFor();
  await page.getByRole("button", { name: /^Pay ₩/ }).click();
  await page.getByRole("heading", { level: 1, name: "You’re going" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("seats that a visitor has chosen are still chosen after the sign-in", async () => {
  const account = await Api.account();
  const eventId = await Api.event();
  const { page, context, faults } = await visit(browser);
  await page.goto(`/events/${eventId}/seats`);
  await page.getByText("Choose from a list").click();
  for (const number of ["5", "6"])
    await page.getByRole("button", { name: `Left block, row 1, seat ${number},` }).click();
  await page.getByRole("button", { name: "Hold these seats" }).click();
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`**/events/${eventId}/seats`);
  for (const number of ["5", "6"])
    await page.getByRole("button", { name: `Remove Left block, row 1, seat ${number}` }).waitFor();
  await page.getByRole("button", { name: "Hold these seats" }).click();
  await page.waitForURL("**/pay");
  await page.getByText("Held for you for another").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("with the current password beside the first code, another device stays signed in", async () => {
  const account = await Api.account();
  const laptop = await visit(browser, { account });
  const phone = await visit(browser);
  await phone.page.goto("/sign-in?to=/wallet");
  await phone.page.getByLabel("E-mail").fill(account.email);
  await phone.page.getByRole("button", { name: "Sign in with a code" }).click();
  expect(await phone.page.getByLabel("E-mail").inputValue()).toBe(account.email);
  await phone.page.getByRole("button", { name: "Send me a code" }).click();
  await paste(phone.page, "00000000");
  await phone.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await phone.page.getByText("This code is wrong, expired or already used").waitFor();
  await paste(phone.page, await codeTo(account.email));
  await phone.page.getByText("Stay signed in on other devices").click();
  await phone.page.getByText("the password and passkeys of the account are removed").waitFor();
  await phone.page.getByLabel("Current password (optional)").fill(account.password);
  await phone.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await phone.page.waitForURL("**/wallet");

  await laptop.page.goto("/wallet");
  await expire(laptop.page);
  await laptop.page.reload();
  await laptop.page.getByRole("heading", { level: 1, name: "Wallet" }).waitFor();
  await laptop.page.getByText("No charges or payments yet.").waitFor();
  await Api.signedIn(account); // the password is still valid
  expect([...laptop.faults, ...phone.faults]).toEqual([]);
  await Promise.all([laptop.context.close(), phone.context.close()]);
});

test("a new code can be asked for after 30 seconds, and the newest one works", async () => {
  const account = await Api.account();
  const { page, context } = await visit(browser);
  await page.clock.install();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with a code" }).click();
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByRole("button", { name: /Send a new code \(in \d+ s\)/ }).waitFor();
  expect(await page.getByRole("button", { name: /Send a new code/ }).isDisabled()).toBe(true);
  await codeTo(account.email);
  await page.clock.fastForward(31_000);
  await page.getByRole("button", { name: "Send a new code", exact: true }).click();
  await page.getByText("We have sent a new code.").waitFor();
  await paste(page, await codeTo(account.email, 2));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "What’s on" }).waitFor();
  await context.close();
});

test("a forgotten password is replaced on one page, which leads back to where the visitor was", async () => {
  const account = await Api.account();
  const { page, context, faults } = await visit(browser);
  await page.goto("/orders");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByRole("heading", { level: 1, name: "New password" }).waitFor();
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Code", { exact: true }).waitFor();
  expect(await page.getByLabel("Code", { exact: true }).getAttribute("autocomplete")).toBe("one-time-code");
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await page.getByText("The code has eight digits.").waitFor();
  expect(await findings(page)).toEqual([]);
  await paste(page, await codeTo(account.email));
  await page.getByLabel("New password", { exact: true }).fill("a new one for the autumn");
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await page.waitForURL("**/orders");
  await Api.signedIn({ ...account, password: "a new one for the autumn" });
  await expect(Api.signedIn(account)).rejects.toMatchObject({ code: "session.invalid_credentials" });
  expect(faults).toEqual([]);
  await context.close();
});

const lobby = () =>
  Api.event({
    salesOpenAt: new Date(Date.now() + 3_600_000).toISOString(),
    queue: { enabled: true, requires: ["verifiedEmail"] },
  });

test("a sale that asks for a proven address says so before the opening, and takes the code on its page", async () => {
  const account = await Api.account();
  const eventId = await lobby();
  const { page, context, faults } = await visit(browser);
  await page.goto(`/events/${eventId}`);
  await page.getByText("Sign in and confirm yours before the opening").waitFor();
  await signIn(page, account);
  await page.goto(`/events/${eventId}`);
  await page.getByRole("heading", { name: "Confirm your e-mail address before the sale" }).waitFor();
  await page.getByRole("button", { name: "Send me a code" }).click();
  expect(await findings(page)).toEqual([]);
  await paste(page, await codeTo(account.email));
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await page.getByText("Yours is confirmed.").waitFor();
  await page.getByRole("link", { name: "Enter the lobby" }).click();
  await page.getByRole("heading", { name: "You are in the lobby" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

const askedInLobby = async (account: Api.Account) => {
  const visitor = await visit(browser, { account });
  await visitor.page.goto(`/events/${await lobby()}/line`);
  await visitor.page.getByRole("heading", { level: 1, name: "Confirm your address" }).waitFor();
  return visitor;
};

test("a visitor who comes to the lobby unproven proves the address there, and then joins", async () => {
  const account = await Api.account();
  const { page, context, faults } = await askedInLobby(account);
  await page.getByRole("button", { name: "Send me a code" }).click();
  expect(await findings(page)).toEqual([]);
  await paste(page, await codeTo(account.email));
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await page.getByRole("heading", { name: "You are in the lobby" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a visitor whose address was proven on another device meanwhile joins without a code", async () => {
  const account = await Api.account();
  const { page, context, faults } = await askedInLobby(account);
  const phone = await Api.signedIn(account);
  const codeId = await Account.requestCode(phone, { email: account.email, purpose: "verify" });
  await Account.proveAddress(phone, { codeId, code: await codeTo(account.email) });
  await page.reload(); // its session does not say so yet
  await page.getByRole("heading", { name: "You are in the lobby" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("“this was not me” makes a code invalid, and signs its owner in although strangers have used up passwords and codes", async () => {
  const account = await Api.account();
  const { email } = account;
  const api = Api.visitor();
  const codeId = await Account.requestCode(api, { email, purpose: "signin" });
  const code = await codeTo(email);
  const strangers = Array.from({ length: 12 }, (_, n) => [
    Account.requestCode(api, { email, purpose: "signin" }),
    api.open("POST /v1/sessions", { body: { email, password: `wrong horse ${n}` } }),
  ]);
  await Promise.allSettled(strangers.flat());
  await expect(Api.session(account)).rejects.toMatchObject({ code: "session.too_many_attempts" });
  await codeTo(email, 10);
  const { page, context, faults } = await visit(browser);
  await page.goto(await disownTo(email));
  await page.getByText("Somebody has asked for a code with your address.").waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "This was not me" }).click();
  await page.getByText("The code is no longer valid. If somebody keeps you from signing in").waitFor();
  await expect(Account.signInByCode(api, { codeId, code })).rejects.toMatchObject({ code: "code.invalid" });
  expect(await page.getByLabel("E-mail").inputValue()).toBe(email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  expect(await findings(page)).toEqual([]);
  await paste(page, await codeTo(email, 11));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
  await page.goto("/disown#none");
  await page.getByText("This link is not valid or has expired.").waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

/** A device with passkeys that verifies its user. */
const authenticator = async (page: Page) => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const verifies = (isUserVerified: boolean) =>
    devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { verifies };
};

const signOut = async (page: Page) => {
  await page.goto("/");
  await page.locator("header summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("header").getByRole("link", { name: "Sign in" }).first().waitFor();
};

test("a visitor signs up with a passkey, signs in with it, adds a second way, and removes the passkey", async () => {
  const { page, context, faults } = await visit(browser);
  const { verifies } = await authenticator(page);
  const email = `passkey-${Date.now()}@onsale.test`;
  await page.goto("/sign-up?to=/wallet");
  await page.getByRole("button", { name: "Create account with a passkey" }).click();
  await page.getByLabel("Name").fill("Nari");
  await page.getByLabel("E-mail").fill("nari@test"); // only the API refuses it, in English in each language
  await page.getByRole("button", { name: "Create account with a passkey" }).click();
  await page.getByText("This is not an e-mail address.").waitFor();
  await page.getByLabel("E-mail").fill(email);
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Create account with a passkey" }).click();
  await page.getByRole("heading", { level: 1, name: "Wallet" }).waitFor();
  await signOut(page);

  await verifies(false);
  const options = "**/v1/sessions/passkey/options";
  await page.route(options, (route) => route.fulfill({ status: 429, json: { code: "request.throttled" } }));
  await Promise.all([page.waitForResponse(options), page.goto("/sign-in?to=/account")]);
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0); // the visitor has not chosen a passkey
  await page.unroute(options);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("No passkey was used").waitFor();
  await verifies(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/account");
  await page.getByText("Chrome on Linux").first().waitFor();
  await page.getByRole("button", { name: "Remove: Chrome on Linux" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("This passkey is your only way to sign in.").waitFor();

  await page.getByLabel("New password", { exact: true }).fill("a quiet evening in may");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  await page.getByRole("button", { name: "Remove: Chrome on Linux" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("You have no passkey.").waitFor();
  await Api.signedIn({ email, password: "a quiet evening in may", name: "" });
  expect(faults).toEqual([]);
  await context.close();
});

/** The server asks for a recent sign-in, as it does after ten minutes. */
const askOnce = async (page: Page, method: string, path: string) => {
  let asked = false;
  await page.route(`**${path}`, async (route) => {
    if (asked || route.request().method() !== method) return route.fallback();
    asked = true;
    await route.fulfill({
      status: 403,
      contentType: "application/problem+json",
      body: JSON.stringify({ code: "session.not_recent", status: 403 }),
    });
  });
};

test("a change that needs a recent sign-in asks for it in place and then goes on", async () => {
  const account = await Api.account();
  const { page, context, faults } = await visit(browser, { account });
  await authenticator(page);
  await askOnce(page, "POST", "/v1/passkeys/options");
  await page.goto("/account");
  await page.getByLabel("Name of the passkey").fill("My phone");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Please sign in once more" });
  await dialog.getByLabel("Password", { exact: true }).fill(account.password);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.locator("li", { hasText: "My phone" }).waitFor();
  // the session of before is not left behind
  await expect.poll(() => page.getByText("this device").count()).toBe(1);
  expect(await page.getByRole("button", { name: "Sign out all other devices" }).count()).toBe(0);

  await askOnce(page, "DELETE", "/v1/passkeys/*");
  await page.getByRole("button", { name: "Remove: My phone" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("For your safety, please sign in once more before this.").waitFor();
  expect(await page.locator("li", { hasText: "My phone" }).count()).toBe(1);
  expect(faults).toEqual([]);
  await context.close();
});

test("the account's page changes name, language and password, and ends sessions", async () => {
  const account = await Api.account();
  const phone = await Api.signedIn(account);
  const tablet = await Api.signedIn(account);
  const { page, context, faults } = await visit(browser, { account });
  await page.goto("/account");
  await page.getByLabel("Name", { exact: true }).fill("Park Mina");
  await page.getByLabel("Language of our e-mails").selectOption("ko");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  expect(await phone.call("GET /v1/me")).toMatchObject({ name: "Park Mina", locale: "ko" });

  const devices = page.locator("section", { hasText: "Where you are signed in" });
  await expect.poll(() => devices.locator("li").count()).toBe(3);
  await devices
    .getByRole("button", { name: /^Sign out: / })
    .first()
    .click();
  await expect.poll(() => devices.locator("li").count()).toBe(2);
  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out all other devices" }).click();
  await expect.poll(() => devices.locator("li").count()).toBe(1);
  for (const api of [phone, tablet])
    await expect(api.call("GET /v1/me/sessions")).rejects.toMatchObject({ status: 401 });

  await page.getByLabel("Current password").fill("not this one");
  await page.getByLabel("New password", { exact: true }).fill("a quiet evening in may");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("The current password is wrong.").waitFor();
  await page.getByLabel("Current password").fill(account.password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  await Api.signedIn({ ...account, password: "a quiet evening in may" });
  expect(faults).toEqual([]);
  await context.close();
});

test("a buyer corrects a mistyped address, and its owner of before undoes a change", async () => {
  const account = await Api.account();
  const { page, context, faults } = await visit(browser, { account });
  const email = `new-${account.email}`;
  await page.goto("/account");
  await page.getByRole("button", { name: "Change the address" }).click();
  await page.getByLabel("New e-mail address").fill(email);
  await page.getByRole("button", { name: "Send me a code" }).last().click();
  await paste(page, await codeTo(email));
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Use this address" }).click();
  await page.getByText("Your address is changed.").waitFor();
  await page.getByText(email, { exact: true }).waitFor();
  await page.getByText("confirmed", { exact: true }).waitFor();
  await Api.signedIn({ ...account, email });

  await page.goto(await disownTo(account.email));
  await page.getByText("the account gets its previous address back").waitFor();
  await page.getByRole("button", { name: "This was not me" }).click();
  await page.getByRole("button", { name: "Send me a code" }).click();
  await paste(page, await codeTo(account.email));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByLabel("New password", { exact: true }).fill("a new one for the autumn");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
  await page.getByText(account.email, { exact: true }).waitFor();
  await expect(Api.signedIn({ ...account, email })).rejects.toMatchObject({ code: "session.invalid_credentials" });
  expect(faults).toEqual([]);
  await context.close();
});

test("the data is saved as a file, and the account is closed once its order is given back and its balance given up", async () => {
  const account = await Api.account(30_000);
  const eventId = await Api.event();
  const { page, context, faults } = await visit(browser, { account });
  await page.goto("/account");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save my data" }).click(),
  ]);
  const saved = JSON.parse(await readFile(await download.path(), "utf8")) as { kind: string; fields: object }[];
  expect(saved.find(({ kind }) => kind === "profile")?.fields).toMatchObject({ email: account.email });

  const { orderId } = await Buyer.hold(await Api.signedIn(account), { eventId, pick: { quantity: 1 } });
  const close = async () => {
    await page.getByRole("button", { name: "Close my account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close my account" }).click();
  };
  await close();
  await page.getByRole("link", { name: orderId }).click();
  await page.waitForURL(`**/orders/${orderId}**`);
  await Buyer.cancel(await Api.signedIn(account), orderId);
  await page.goto("/account");
  await page.getByText("Your wallet has ₩30,000.").waitFor();
  await close();
  await page.getByText("Your wallet still has points.").waitFor();
  await page.getByRole("button", { name: "Pay it back to my card" }).click();
  await page.getByText("Nothing could be paid back").waitFor();
  await page.getByLabel("I give up ₩30,000").check();
  expect(await findings(page)).toEqual([]);
  await close();
  await page.getByRole("heading", { level: 1, name: "Your account is closed" }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.locator("header summary").click();
  await page.locator("header").getByRole("link", { name: "Sign in" }).first().waitFor();
  await expect(Api.signedIn(account)).rejects.toMatchObject({ code: "session.invalid_credentials" });
  expect(faults).toEqual([]);
  await context.close();
});

test("a balance is paid back to its card", async () => {
  const account = await Api.account(30_000);
  const api = await Api.signedIn(account);
  await api.call("POST /v1/wallet/charges", { body: { amount: 5_000, card: { token: "tok_approve" } } });
  const { page, context, faults } = await visit(browser, { account });
  await page.goto("/account");
  await page.getByText("Your wallet has ₩35,000.").waitFor();
  await page.getByRole("button", { name: "Pay it back to my card" }).click();
  await page.getByText("₩5,000 is on its way to your card.").waitFor();
  await page.getByText("Your wallet has ₩30,000.").waitFor(); // it was not charged by card
  expect(await api.call("GET /v1/wallet")).toMatchObject({ balance: 30_000 });
  expect(faults).toEqual([]);
  await context.close();
});

/** A picture of each page and state in each language: `PICTURES=1 npm run test:e2e -- account` writes them to `.onsale/pages/`. */
const folder = new URL("../../.onsale/pages/", import.meta.url).pathname;

test.runIf(process.env.PICTURES)("pictures", { timeout: 300_000 }, async () => {
  const event = await lobby();
  for (const [locale, colorScheme] of [
    ["en-GB", "light"],
    ["ko-KR", "dark"],
  ] as const) {
    const { page, context } = await visit(browser, { locale, colorScheme, deviceScaleFactor: 1 });
    await authenticator(page);
    const words = locale === "ko-KR" ? ko : en;
    const take = async (name: string, fullPage = true) => {
      await page.waitForTimeout(500);
      await page.screenshot({
        path: `${folder}${name}-${locale.slice(0, 2)}.jpg`,
        type: "jpeg",
        quality: 70,
        fullPage,
      });
    };
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    const account = await Api.account(30_000);
    await page.goto("/sign-up");
    await page.locator("main form").waitFor();
    await take("sign-up");
    await press(words.sign.upByPasskey);
    await take("sign-up-passkey");
    await page.goto("/sign-in");
    await page.locator("main form").waitFor();
    await take("sign-in");
    await press(words.sign.byCode);
    await page.getByLabel(words.sign.email).fill(account.email);
    await take("sign-in-code");
    await press(words.code.send);
    await page.getByText(words.code.keepTitle).click();
    await take("sign-in-code-sent");
    await page.goto("/forgotten");
    await page.getByLabel(words.sign.email).fill(account.email);
    await press(words.code.send);
    await page.getByLabel(words.code.label, { exact: true }).waitFor();
    await take("forgotten");
    await codeTo(account.email, 2);
    await page.goto(await disownTo(account.email));
    await page.getByRole("button", { name: words.disown.go }).waitFor();
    await take("disown");
    await press(words.disown.go);
    await page.getByText(words.disown.codeDone).waitFor();
    await take("disown-done");
    await page.goto(`/events/${event}`);
    await page.locator("main h2").first().waitFor();
    await take("event-signed-out");
    await signIn(page, account);
    await page.goto(`/events/${event}`);
    await page.getByRole("button", { name: words.code.send }).waitFor();
    await take("event-unproven");
    await page.goto(`/events/${event}/line`);
    await press(words.code.send);
    await page.getByLabel(words.code.label, { exact: true }).waitFor();
    await take("line-unproven");
    await page.goto("/account");
    await page.getByLabel(words.ways.passkeyName).waitFor();
    await press(words.ways.add);
    await page.getByRole("button", { name: new RegExp(`^${words.ways.remove}`) }).waitFor();
    await Api.signedIn(account);
    await page.reload();
    await page.getByRole("button", { name: words.sessions.endOthers }).waitFor();
    await take("account");
    await Buyer.hold(await Api.signedIn(account), { eventId: await Api.event(), pick: { quantity: 1 } });
    await press(words.leave.close);
    await page.getByRole("dialog").waitFor();
    await take("account-leave-ask", false);
    await page.getByRole("dialog").getByRole("button", { name: words.leave.close }).click();
    await page.locator("a", { hasText: "ord_" }).waitFor();
    await page.getByRole("button", { name: words.leave.payBack }).click();
    await page.getByText(words.leave.nothingBack).waitFor();
    await take("account-leave");
    await askOnce(page, "POST", "/v1/passkeys/options");
    await press(words.ways.add);
    await page.getByRole("dialog").waitFor();
    await take("account-again", false);
    await context.close();
  }
});
