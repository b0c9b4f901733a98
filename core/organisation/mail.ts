/** Mails an invitation. Its message may come twice and late, and before the invitation is written. */
import * as z from "zod/mini";
import * as Account from "#core/account/index.ts";
import { link } from "#core/lib/config.ts";
import { conditional, getOne, table } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Blocks from "#core/lib/letter.ts";
import * as Limit from "#core/lib/mail-limit.ts";
import { lazy } from "#core/lib/schemas.ts";
import * as Ses from "#core/lib/ses.ts";
import { open } from "./invitation.ts";
import * as Table from "./organisation.table.ts";
import type { Role } from "./schema.ts";

/** ms after its message in which an invitation may still be written: longer than a function runs. */
const unwrittenMs = 120_000;

const Message = lazy(() => z.object({ organisationId: z.string(), invitationId: z.string() }));

/** `unwritten`: it never was written, was withdrawn or accepted, or has expired. `limited`: the address has had its e-mails of this day. */
export type Outcome = "sent" | "done" | "early" | "unwritten" | "limited";

/** Mails an invitation in the language of the invited account, else of the inviting one. Throws if SES does not take the e-mail. */
export const deliver = async (message: unknown, now: number): Promise<Outcome> => {
  const { organisationId, invitationId } = z.parse(Message, message);
  const item = await getOne("Accounts", Table.organisationKey(organisationId));
  const organisation = item && Table.toOrganisation(item);
  const invitation = organisation && open(organisation, now)[invitationId];
  if (!invitation) return now < Ids.madeAt(invitationId) + unwrittenMs ? "early" : "unwritten";
  if (invitation.mailedAt) return "done";
  const { email: to, role, by } = invitation;
  if (!(await Limit.take({ email: to, of: "invitations", mail: invitationId, now }))) return "limited";
  const invited = await Account.findByEmail(to);
  const [own, theirs] = await Promise.all([invited ? Account.get(invited) : undefined, Account.get(by)]);
  const locale = own?.locale ?? theirs?.locale ?? "en";
  const { mailFrom: from, publicUrl } = link("Settings");
  const url = `${publicUrl}/invitations/${organisationId}/${invitationId}`;
  const { subject, blocks } = compose({ name: organisation.name, role, url, publicUrl, locale });
  await Ses.send({ from, to, subject, date: now, ...Blocks.page(locale, subject, blocks), images: [], files: [] });
  await mailed(organisationId, invitationId, now);
  return "sent";
};

/** A change of the organisation that has read it before this is decided again, because the version goes up. */
const mailed = async (organisationId: string, invitationId: string, now: number): Promise<void> => {
  await conditional({
    TableName: table("Accounts"),
    Key: Table.organisationKey(organisationId),
    UpdateExpression: "SET invitations.#id.mailedAt = :now ADD version :one",
    ConditionExpression: "attribute_exists(invitations.#id)",
    ExpressionAttributeNames: { "#id": invitationId },
    ExpressionAttributeValues: { ":now": now, ":one": 1 },
  });
};

const words = {
  en: {
    hello: "Hello,",
    roles: { owner: "owner", manager: "manager", "box-office": "box office", entrance: "entrance" },
    subject: "An invitation to an organisation",
    news: (name: string, role: string, site: string) =>
      `you are invited to the organisation “${name}” at ${site}. Your role there: ${role}.`,
    how: "Follow the link and sign in with this address. The invitation is valid once, for seven days.",
    ignore: "If you do not want to join, you do not have to do anything.",
    label: "See the invitation",
  },
  ko: {
    hello: "안녕하세요.",
    roles: { owner: "소유자", manager: "관리자", "box-office": "매표 담당", entrance: "입장 담당" },
    subject: "주최 단체 초대 안내",
    news: (name: string, role: string, site: string) =>
      `${site}의 주최 단체 ‘${name}’에 초대되셨습니다. 맡으실 역할은 ${role}입니다.`,
    how: "아래 링크를 누르고 이 이메일 주소로 로그인해 주세요. 초대는 7일 동안 한 번만 사용하실 수 있습니다.",
    ignore: "참여를 원하지 않으시면 따로 하실 일은 없습니다.",
    label: "초대 확인하기",
  },
};

/** Pure. The name is an organiser's text, so it has no links. */
export const compose = (letter: {
  name: string;
  role: Role;
  url: string;
  publicUrl: string;
  locale: Account.Locale;
}) => {
  const text = words[letter.locale];
  const site = new URL(letter.publicUrl).host;
  return {
    subject: text.subject,
    blocks: [
      Blocks.paragraph(text.hello, text.news(Blocks.plain(letter.name), text.roles[letter.role], site)),
      Blocks.paragraph(text.how),
      Blocks.link(text.label, letter.url),
      Blocks.paragraph(text.ignore),
    ],
  };
};
