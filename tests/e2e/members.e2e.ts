/** Organisations: an invitation from the e-mail's link to the desk, and the members' page. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Account from "#client/account.ts";
import type { Client } from "#client/client.ts";
import type { Role } from "#core/organisation/schema.ts";
import * as Api from "./api.ts";
import * as Mail from "./mail.ts";
import { launch, visit } from "./visitor.ts";

let browser: Browser;
let owner: Client;
let organisationId: string;
let name: string;

beforeAll(async () => {
  browser = await launch();
  owner = await Api.signedIn(Api.organiser);
  // a second organisation would make every other test say in which one it makes its events
  const { items } = await owner.call("GET /v1/admin/organisations");
  ({ organisationId, name } = items[0] ?? { organisationId: "", name: "" });
});
afterAll(() => browser?.close());

const invite = (email: string, role: Role) =>
  owner.call("POST /v1/admin/organisations/{organisationId}/invitations", {
    params: { organisationId },
    body: { email, role },
  });

/** A new member, whose session is older than the membership: the invitation is accepted through the API, with the address proven. */
const joined = async (account: Api.Account, role: Role) => {
  const { invitationId } = await invite(account.email, role);
  const api = await Api.signedIn(account);
  const codeId = await Account.requestCode(api, { email: account.email, purpose: "verify" });
  await Account.proveAddress(api, { codeId, code: await Mail.codeTo(account.email) });
  const params = { organisationId, invitationId };
  await api.call("POST /v1/invitations/{organisationId}/{invitationId}", { params });
};

test("an invited person signs up, proves the address, accepts, and is at the desk", async () => {
  const email = `invited-${Date.now().toString(36)}@onsale.test`;
  await invite(email, "entrance");
  const path = await Mail.invitationTo(email);
  const { page, context, faults } = await visit(browser);
  await page.goto(path);
  await page.getByText("Sign in with the address that the invitation was sent to.").waitFor();
  await page.getByRole("link", { name: "Make an account" }).click();
  await page.getByLabel("Name").fill("Mina Park");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("main").getByRole("button", { name: "Create account", exact: true }).click();
  await page.waitForURL(`**${path}`);
  await page.getByText(`You are signed in as ${email}.`).waitFor();
  await page.getByText("prove that this address is yours").waitFor();
  await page.getByRole("button", { name: "Send me a code" }).click();
  await page.getByLabel("Code", { exact: true }).fill(await Mail.codeTo(email));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText(`You are invited to “${name}”.`).waitFor();
  await page.getByText("Your role: Entrance.").waitFor();
  await page.getByRole("button", { name: "Accept the invitation" }).click();
  await page.waitForURL("**/desk");
  await page.getByRole("heading", { level: 1, name: "Organiser’s desk" }).waitFor();
  await page.getByRole("link", { name: "Check in" }).waitFor();
  await page.goto(path); // it is valid once
  await page.getByText("This account has no such invitation").waitFor();
  await page.getByRole("link", { name: "To the desk" }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("an invitation to another address names the account that is signed in, and how to go on", async () => {
  const { invitationId } = await invite(`other-${Date.now().toString(36)}@onsale.test`, "manager");
  const account = await Api.account();
  const { page, context } = await visit(browser, { account });
  const path = `/invitations/${organisationId}/${invitationId}`;
  await page.goto(path);
  await page.getByText("was sent to another address").waitFor();
  await page.getByText(`You are signed in as ${account.email}.`).waitFor();
  expect(await page.getByRole("button", { name: "Accept the invitation" }).count()).toBe(0);
  await page.getByRole("link", { name: "Sign in with another account" }).click();
  await page.waitForURL(`**/sign-in?to=${encodeURIComponent(path)}`);
  await context.close();
});

test("a manager's page invites, withdraws, gives a role and removes, and the log has it", async () => {
  const email = `member-${Date.now().toString(36)}@onsale.test`;
  const member = await Api.account();
  const { page, context, faults } = await visit(browser, { account: Api.organiser });
  await page.goto(`/desk/organisations/${organisationId}`);
  await page.getByRole("heading", { level: 1, name: "Members" }).waitFor();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption("box-office");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  await page.getByText(`${email} gets an e-mail`).waitFor();
  const path = await Mail.invitationTo(email);
  await page.getByRole("button", { name: `Withdraw the invitation of ${email}` }).click();
  await page.getByText("Withdrew an invitation").waitFor();
  expect(await page.getByRole("button", { name: `Withdraw the invitation of ${email}` }).count()).toBe(0);
  await page.goto(path);
  await page.getByText("This account has no such invitation").waitFor();
  await joined(member, "entrance");
  await page.goto(`/desk/organisations/${organisationId}`);
  const role = page.getByLabel(`Role of ${member.email}`);
  await role.selectOption("manager");
  const entry = page.getByRole("listitem").filter({ hasText: "Role: Entrance → Manager" });
  await entry.getByText(member.email).waitFor(); // and not their id
  expect(await role.inputValue()).toBe("manager");
  await page.getByRole("button", { name: `Remove ${member.email}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Removed a member").waitFor();
  expect(await role.count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});

test("a member sees the pages of their role; another page says which role it needs and who gives it", async () => {
  const [title, seller, doorkeeper] = [`Roles ${Date.now().toString(36)}`, await Api.account(), await Api.account()];
  const [eventId, draft] = await Promise.all([
    Api.event({ title }),
    Api.event({ publish: false }),
    joined(seller, "box-office"),
    joined(doorkeeper, "entrance"),
  ]);
  const [box, door] = await Promise.all([visit(browser, { account: seller }), visit(browser, { account: doorkeeper })]);
  const tabs = (page: Page) => page.getByRole("navigation", { name: "Organiser’s desk" }).getByRole("link");
  const sells = async (page: Page) => {
    await page.goto(`/desk/events/${eventId}`);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    expect(await tabs(page).allTextContents()).toEqual([
      "Live desk",
      "Orders",
      "The draw",
      "Check in",
      "The buyer’s page",
    ]);
    expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
    await page.goto(`/desk/events/${eventId}/edit`);
    await page.getByText("This page needs the role “Manager” or a higher one.").waitFor();
    await page.getByText(`Your role in “${name}” is “Box office”.`).waitFor();
    await page.getByText("A manager or an owner of the organisation can give you that role").waitFor();
    await page.goto("/desk/new");
    await page.getByText("This page needs the role “Manager” or a higher one.").waitFor();
    await page.goto(`/desk/events/${draft}`);
    await page.getByText("Venue: Small hall, Seoul").waitFor();
    expect(await page.getByRole("button", { name: "Publish" }).count()).toBe(0);
  };
  const checksIn = async (page: Page) => {
    await page.goto(`/desk?q=${encodeURIComponent(title)}`);
    await page.getByRole("link", { name: title }).click();
    await page.waitForURL(`**/desk/check-in?event=${eventId}`);
    await page.goto(`/desk/events/${eventId}/orders`);
    await page.getByText("This page needs the role “Box office” or a higher one.").waitFor();
    expect(await tabs(page).allTextContents()).toEqual(["Check in"]);
  };
  await Promise.all([sells(box.page), checksIn(door.page)]);
  expect([...box.faults, ...door.faults]).toEqual([]);
  await Promise.all([box.context.close(), door.context.close()]);
});

test("who is in two organisations says in which one an event is made, changes between their pages, and leaves one", async () => {
  const account = await Api.account();
  await joined(account, "owner");
  const second = `Second house ${Date.now().toString(36)}`;
  await (await Api.signedIn(account)).call("GET /v1/me"); // it brings the membership into the next session
  await (await Api.signedIn(account)).call("POST /v1/admin/organisations", { body: { name: second } });
  const { page, context, faults } = await visit(browser, { account });
  await page.goto("/desk/new");
  const options = page.getByLabel("Organisation").locator("option");
  await options.filter({ hasText: second }).waitFor({ state: "attached" });
  expect((await options.allTextContents()).toSorted()).toEqual(["Choose", name, second].toSorted());
  await page.goto("/desk");
  await page.getByRole("link", { name: "Members" }).click();
  const organisations = page.getByRole("navigation", { name: "Organisations" });
  await organisations.getByRole("link", { name: second }).click();
  await page.getByRole("paragraph").filter({ hasText: second }).waitFor();
  await page.getByRole("button", { name: "Leave the organisation" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave the organisation" }).click();
  await page.getByText("This is the last owner of the organisation").waitFor();
  await organisations.getByRole("link", { name, exact: true }).click();
  await page.getByRole("paragraph").filter({ hasText: name }).waitFor();
  await page.getByRole("button", { name: "Leave the organisation" }).click();
  await page.getByText(`Leave “${name}”?`).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Leave the organisation" }).click();
  await page.waitForURL("**/desk");
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("paragraph").filter({ hasText: second }).waitFor();
  expect(await organisations.count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});
