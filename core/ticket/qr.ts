/** A ticket's code as a QR: SVG for pages, PNG for e-mails, because most mail programs do not show SVG. */
import { crc32, deflateSync } from "node:zlib";
import { encode, renderSVG } from "uqr";

/**
 * Medium error correction (15 %) and the quiet zone of four modules that ISO/IEC 18004 asks for. The mask is always the same: trying all
 * eight takes eight times as long, and for a code with random bits mask 2 is usually the result.
 */
const OPTIONS = { ecc: "M", border: 4, maskPattern: 2 } as const;

export const svg = (code: string): string => renderSVG(code, { ...OPTIONS, pixelSize: 4 });

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type, data, CRC of type and data. */
const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
};

/** One line of pixels: the filter's byte (none), then one bit for each pixel, 1 for white. */
const scanline = (modules: boolean[], scale: number): Buffer => {
  const line = Buffer.alloc(1 + Math.ceil((modules.length * scale) / 8));
  modules.forEach((dark, module) => {
    if (dark) return;
    for (let x = module * scale; x < (module + 1) * scale; x++) line[1 + (x >> 3)]! |= 0x80 >> (x & 7);
  });
  return line;
};

/** A black and white PNG (W3C PNG: greyscale, one bit deep), `scale` pixels a module. */
export const png = (code: string, scale = 4): Buffer => {
  const { data, size } = encode(code, OPTIONS);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size * scale, 0);
  header.writeUInt32BE(size * scale, 4);
  header[8] = 1;
  const pixels = data.flatMap((row) => Array<Buffer>(scale).fill(scanline(row, scale)));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(pixels))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
};
