/** CloudFront's automatic compression: bodies of text from a kilobyte on, for clients that take it. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { HttpAnswer } from "./payload.ts";

const LEAST = 1024;
const COMPRESSIBLE = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))|image\/svg\+xml)/i;

const codecs = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }) as Promise<Buffer>,
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 4 }) as Promise<Buffer>,
};

/** A body in the edge's cache is compressed once, because it is sent many times. */
const done = new WeakMap<Buffer, Partial<Record<keyof typeof codecs, Promise<Buffer>>>>();

const accepts = (header: string, coding: string): boolean =>
  header.split(",").some((part) => {
    const [name = "", ...parameters] = part.trim().split(/\s*;\s*/);
    return name.toLowerCase() === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

export const compressed = async (answer: HttpAnswer, acceptEncoding = ""): Promise<HttpAnswer> => {
  const { body, headers } = answer;
  if (body.length < LEAST || headers["content-encoding"]) return answer;
  if (!COMPRESSIBLE.test(String(headers["content-type"] ?? ""))) return answer;
  const coding = (["br", "gzip"] as const).find((name) => accepts(acceptEncoding, name));
  if (!coding) return { ...answer, headers: { ...headers, vary: "accept-encoding" } };
  const variants = done.get(body) ?? {};
  done.set(body, variants);
  variants[coding] ??= codecs[coding](body);
  return {
    ...answer,
    headers: { ...headers, "content-encoding": coding, vary: "accept-encoding" },
    body: await variants[coding],
  };
};
