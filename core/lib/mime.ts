/**
 * An e-mail as MIME (RFC 2045–2047, 2387, 5322): text and HTML as alternatives, images that the HTML shows, attached files. Every body is
 * base64 and every header is one line of ASCII, so that no input can add a header or a part.
 */

export type File = { name: string; type: string; content: string | Uint8Array };
export type Image = { cid: string; type: string; content: Uint8Array };
export type Mail = {
  /** An address with or without a display name, as configured. */
  from: string;
  /** A bare address. */
  to: string;
  subject: string;
  /** Epoch ms. */
  date: number;
  text: string;
  html: string;
  images: Image[];
  files: File[];
};

const CRLF = "\r\n";

const base64 = (content: string | Uint8Array): string =>
  Buffer.from(content as string)
    .toString("base64")
    .replace(/.{76}/g, `$&${CRLF}`);

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");

/** A header's text. Long or non-ASCII text becomes encoded words of at most 75 characters (RFC 2047). */
const words = (text: string): string => {
  const line = oneLine(text);
  if (/^[\x20-\x7e]{0,60}$/.test(line) && !line.includes("=?")) return line;
  const pieces: string[] = [""];
  for (const character of line.toWellFormed()) {
    const last = pieces.length - 1;
    if (Buffer.byteLength(pieces[last] + character) > 42) pieces.push(character);
    else pieces[last] += character;
  }
  return pieces.map((piece) => `=?UTF-8?B?${Buffer.from(piece).toString("base64")}?=`).join(`${CRLF} `);
};

/** `Name <address>`, with the name encoded if needed. */
const mailbox = (address: string): string => {
  const [, name, bare] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(oneLine(address)) ?? [];
  return bare ? `${name ? `${words(name)} ` : ""}<${bare}>` : oneLine(address);
};

type Part = { headers: string[]; body: string };

const leaf = (type: string, content: string | Uint8Array, ...headers: string[]): Part => ({
  headers: [`Content-Type: ${type}`, "Content-Transfer-Encoding: base64", ...headers],
  body: base64(content),
});

/** The boundary has characters that base64 does not have, so no body can contain it. */
const multipart = (kind: "mixed" | "alternative" | "related", parts: Part[]): Part => {
  const boundary = `=_onsale_${kind}_=`;
  const inner = parts.map(({ headers, body }) => [`--${boundary}`, ...headers, "", body].join(CRLF));
  return {
    headers: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
    body: [...inner, `--${boundary}--`, ""].join(CRLF),
  };
};

const image = ({ cid, type, content }: Image): Part =>
  leaf(type, content, `Content-ID: <${cid}>`, `Content-Disposition: inline; filename="${cid}.png"`);

const file = ({ name, type, content }: File): Part =>
  leaf(type, content, `Content-Disposition: attachment; filename="${name}"`);

/** The message's bytes, for SES. */
export const compose = (mail: Mail): Buffer => {
  const html = leaf("text/html; charset=utf-8", mail.html);
  const shown = mail.images.length > 0 ? multipart("related", [html, ...mail.images.map(image)]) : html;
  const body = multipart("alternative", [leaf("text/plain; charset=utf-8", mail.text), shown]);
  const whole = mail.files.length > 0 ? multipart("mixed", [body, ...mail.files.map(file)]) : body;
  const headers = [
    `From: ${mailbox(mail.from)}`,
    `To: ${mailbox(mail.to)}`,
    `Subject: ${words(mail.subject)}`,
    `Date: ${new Date(mail.date).toUTCString().replace("GMT", "+0000")}`,
    "MIME-Version: 1.0",
    "Auto-Submitted: auto-generated",
    ...whole.headers,
  ];
  return Buffer.from([...headers, "", whole.body].join(CRLF));
};
