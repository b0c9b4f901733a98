/**
 * The e-mails of an account: codes, and notices of what was changed. Pure. The address may be a stranger's, and so may be the request. So
 * an e-mail has no text of the requester: no name, no other address, no device.
 */
import * as Blocks from "#core/lib/letter.ts";
import type { Mail } from "#core/lib/mime.ts";
import { type CodeKind, type NoticeKind, words } from "./letter-words.ts";
import type { Locale } from "./schema.ts";

export type Letter = {
  locale: Locale;
  /** A bare address. */
  to: string;
  from: string;
  publicUrl: string;
  /** The address of "this was not me". */
  disown: string;
  /** Epoch ms. */
  now: number;
} & ({ kind: CodeKind; code: string; minutes: number } | { kind: NoticeKind });

/** The whole e-mail, as text and as HTML. */
export const compose = (letter: Letter): Mail => {
  const { kind, locale, now } = letter;
  const { hello, valid, [kind]: text } = words[locale];
  const site = new URL(letter.publicUrl).host;
  const when = Blocks.moment(now, locale);
  const code = "code" in letter ? [Blocks.code(letter.code), Blocks.paragraph(valid(letter.minutes))] : [];
  const blocks = [
    Blocks.paragraph(hello, text.news(site, when)),
    ...code,
    Blocks.paragraph(text.why(site, when)),
    Blocks.paragraph(text.notMe),
    Blocks.link(text.label, letter.disown),
  ];
  const { from, to } = letter;
  return {
    from,
    to,
    subject: text.subject,
    date: now,
    ...Blocks.page(locale, text.subject, blocks),
    images: [],
    files: [],
  };
};
