/** The texts of an account's e-mails in each language. `site` is the host of the pages, `when` a time with its zone. */
import { undoMs } from "./account.table.ts";
import type { Locale } from "./schema.ts";

/** E-mails with a code. `email` goes to the address that the account is to get. */
export type CodeKind = "signin" | "reset" | "verify" | "email";
/** E-mails about a change. `email-changed` goes to the address that the account had. */
export type NoticeKind = "password" | "passkey" | "email-changed";

const undoDays = undoMs / 86_400_000;

type Text = {
  subject: string;
  /** What to do with the code, or what has happened. */
  news: (site: string, when: string) => string;
  /** Why this e-mail came. */
  why: (site: string, when: string) => string;
  /** What its reader can do if somebody else did it, and the effect of the link. */
  notMe: string;
  /** The link. */
  label: string;
};

export type Words = {
  hello: string;
  valid: (minutes: number) => string;
} & Record<CodeKind | NoticeKind, Text>;

const codeEn = {
  notMe:
    "If it was not you, you do not have to do anything: without the code nothing changes. The link below makes the code invalid. If somebody keeps you from signing in, you can sign in there, within 24 hours.",
  label: "This was not me",
};
const noticeEn = { why: () => "If it was you, you do not have to do anything.", label: "This was not me" };
const undoEn = `the password and all passkeys are removed, every device is signed out, and you sign in with a code that we send to this address. The link works for ${undoDays} days.`;

const en: Words = {
  hello: "Hello,",
  valid: (minutes) =>
    `You can use the code once, within ${minutes} minutes. Do not give it to anyone: we never ask for it by phone or in a message.`,
  signin: {
    subject: "Your code to sign in",
    news: (site) => `enter this code at ${site} to sign in.`,
    why: (site, when) => `Somebody asked at ${site} to sign in with this address on ${when}.`,
    ...codeEn,
  },
  reset: {
    subject: "Your code for a new password",
    news: (site) => `enter this code at ${site} to set a new password.`,
    why: (site, when) => `Somebody asked at ${site} for a new password for this address on ${when}.`,
    ...codeEn,
  },
  verify: {
    subject: "Your code to confirm your address",
    news: (site) => `enter this code at ${site} to confirm your e-mail address.`,
    why: (site, when) => `Somebody gave this address at ${site} on ${when}.`,
    ...codeEn,
  },
  email: {
    subject: "Your code for your new address",
    news: (site) => `enter this code at ${site} to make this the address of your account.`,
    why: (site, when) => `Somebody with an account at ${site} asked on ${when} to change its address to this one.`,
    ...codeEn,
  },
  password: {
    subject: "Your password was changed",
    news: (site, when) =>
      `the password of your account at ${site} was changed on ${when}. Other devices were signed out.`,
    ...noticeEn,
    notMe: `If it was not you, follow the link below: ${undoEn}`,
  },
  passkey: {
    subject: "A passkey was added",
    news: (site, when) => `a passkey was added to your account at ${site} on ${when}.`,
    ...noticeEn,
    notMe: `If it was not you, follow the link below: ${undoEn}`,
  },
  "email-changed": {
    subject: "Your address was changed",
    news: (site, when) =>
      `the address of your account at ${site} was changed on ${when}. This address no longer belongs to it.`,
    ...noticeEn,
    notMe: `If it was not you, follow the link below: your account gets this address back, ${undoEn}`,
  },
};

const codeKo = {
  notMe:
    "요청하신 적이 없다면 따로 하실 일은 없습니다. 코드를 입력하지 않으면 아무것도 바뀌지 않으며, 아래 링크를 누르시면 이 코드를 무효로 만들 수 있습니다. 다른 사람 때문에 로그인하지 못하고 계시다면 24시간 안에 그 링크에서 로그인하실 수 있습니다.",
  label: "제가 요청하지 않았습니다",
};
const changedKo = { why: () => "직접 변경하셨다면 따로 하실 일은 없습니다.", label: "제가 변경하지 않았습니다" };
const undoKo = `비밀번호와 패스키가 모두 삭제되고 모든 기기에서 로그아웃되며, 이 주소로 받으신 코드로 로그인하실 수 있습니다. 링크는 ${undoDays}일 동안 유효합니다.`;

const ko: Words = {
  hello: "안녕하세요.",
  valid: (minutes) =>
    `코드는 ${minutes}분 동안 한 번만 사용하실 수 있습니다. 다른 사람에게 알려 주지 마세요. 전화나 메시지로 코드를 여쭤보는 일은 없습니다.`,
  signin: {
    subject: "로그인 코드",
    news: (site) => `아래 코드를 ${site}에서 입력하시면 로그인됩니다.`,
    why: (site, when) => `${when}에 ${site}에서 이 주소로 로그인하려는 요청이 있어 보내 드립니다.`,
    ...codeKo,
  },
  reset: {
    subject: "비밀번호 재설정 코드",
    news: (site) => `아래 코드를 ${site}에서 입력하시면 새 비밀번호를 설정하실 수 있습니다.`,
    why: (site, when) => `${when}에 ${site}에서 이 주소의 비밀번호를 재설정하려는 요청이 있어 보내 드립니다.`,
    ...codeKo,
  },
  verify: {
    subject: "이메일 주소 확인 코드",
    news: (site) => `아래 코드를 ${site}에서 입력하시면 이메일 주소가 확인됩니다.`,
    why: (site, when) => `${when}에 ${site}에서 이 주소가 입력되어 보내 드립니다.`,
    ...codeKo,
  },
  email: {
    subject: "새 이메일 주소 확인 코드",
    news: (site) => `아래 코드를 ${site}에서 입력하시면 이 주소가 계정의 이메일 주소가 됩니다.`,
    why: (site, when) => `${when}에 ${site}에서 계정의 이메일 주소를 이 주소로 변경하려는 요청이 있어 보내 드립니다.`,
    ...codeKo,
  },
  password: {
    subject: "비밀번호가 변경되었습니다",
    news: (site, when) => `${when}에 ${site} 계정의 비밀번호가 변경되었으며, 다른 기기에서는 로그아웃되었습니다.`,
    ...changedKo,
    notMe: `변경하신 적이 없다면 아래 링크를 눌러 주세요. ${undoKo}`,
  },
  passkey: {
    subject: "패스키가 추가되었습니다",
    news: (site, when) => `${when}에 ${site} 계정에 패스키가 추가되었습니다.`,
    why: () => "직접 추가하셨다면 따로 하실 일은 없습니다.",
    notMe: `추가하신 적이 없다면 아래 링크를 눌러 주세요. ${undoKo}`,
    label: "제가 추가하지 않았습니다",
  },
  "email-changed": {
    subject: "이메일 주소가 변경되었습니다",
    news: (site, when) =>
      `${when}에 ${site} 계정의 이메일 주소가 다른 주소로 변경되었습니다. 이제 이 주소는 계정에 등록되어 있지 않습니다.`,
    ...changedKo,
    notMe: `변경하신 적이 없다면 아래 링크를 눌러 주세요. 계정의 이메일 주소가 이 주소로 돌아오고, ${undoKo}`,
  },
};

export const words: Record<Locale, Words> = { en, ko };
