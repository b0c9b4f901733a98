import { expect, test } from "vitest";
import * as Letter from "#core/account/letter.ts";
import type { Locale } from "#core/account/schema.ts";
import * as Mime from "#core/lib/mime.ts";

const now = Date.UTC(2026, 10, 21, 9, 0, 0);
const disown = "https://onsale.test/disown?token=a.b.c&x='\"";
const shared = { to: "stranger@onsale.test", from: "Onsale <tickets@onsale.test>", publicUrl: "https://onsale.test" };
const locales: Locale[] = ["en", "ko"];
const codes = locales.flatMap((locale) =>
  (["signin", "reset", "verify", "email"] as const).map((kind) => ({ kind, locale, code: "01234567", minutes: 10 })),
);
const notices = locales.flatMap((locale) =>
  (["password", "passkey", "email-changed"] as const).map((kind) => ({ kind, locale })),
);
const all = [...codes, ...notices];
const compose = (one: (typeof all)[number]) => Letter.compose({ ...shared, disown, now, ...one });
const moments = {
  en: "Sat, 21 Nov 2026,\u00a018:00 KST (21 Nov,\u00a009:00 UTC)",
  ko: "2026년 11월 21일 (토) 오후\u00a06:00 한국\u00a0표준시 (11월 21일 오전\u00a09:00 UTC)",
};

test.each(codes)(
  "$kind in $locale: the code is alone on its line, selected as a whole, valid for ten minutes",
  (one) => {
    const { subject, text, html } = compose(one);
    expect(text.split("\n")).toContain("01234567");
    expect(html).toMatch(/user-select:all">01234567<\/p>/);
    expect(text).toMatch(one.locale === "en" ? /once, within 10 minutes/ : /10분 동안 한 번만/);
    // a locked phone shows the subject
    expect(subject).not.toMatch(/\d/);
  },
);

test.each(notices)("$kind in $locale: no code, and what the link undoes, for how long", (one) => {
  const { text } = compose(one);
  expect(text).not.toMatch(/\d{8}/);
  expect(text).toMatch(one.locale === "en" ? /passkeys are removed.* 7 days/ : /패스키가 모두 삭제.* 7일 동안/);
});

test.each(all)(
  "$kind in $locale says where and when it was asked for, and has one link: that it was somebody else",
  (one) => {
    const { text, html, images, files } = compose(one);
    for (const part of [text, html]) {
      expect(part).toContain(moments[one.locale]);
      expect(part).toContain("onsale.test");
    }
    expect(text.match(/https?:\S+/g)).toEqual([disown]);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)).toEqual([
      disown.replace(/[&'"]/g, (character) => `&#${character.charCodeAt(0)};`),
    ]);
    expect(html).toContain(`<html lang="${one.locale}">`);
    expect([...images, ...files]).toEqual([]);
  },
);

test.each(all)("$kind in $locale: each line of the message is ASCII, and no line is of the address", (one) => {
  const bytes = Mime.compose({ ...compose(one), to: "a\r\nBcc: thief@onsale.test" });
  const lines = bytes.toString("latin1").split("\r\n");
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]{0,100}$/);
  expect(lines.filter((line) => line.startsWith("Bcc"))).toEqual([]);
  const subject = lines.find((line) => line.startsWith("Subject:"));
  if (one.locale === "ko") expect(subject).toMatch(/^Subject: =\?UTF-8\?B\?/);
});

test("subjects differ, so that nobody takes one e-mail for another", () => {
  expect(new Set(all.map((one) => compose(one).subject)).size).toBe(all.length);
});

test("Korean e-mails are in Korean, without a text that was forgotten", () => {
  for (const one of all.filter(({ locale }) => locale === "ko")) {
    const words = compose(one).text.replace(disown, "").replace("onsale.test", "");
    expect(words.replace(/UTC|onsale\.test/g, "")).not.toMatch(/[a-z]{2}/i);
  }
});
