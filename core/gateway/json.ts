/** The body of a webhook whose sender is known. */
import { Malformed } from "#core/lib/errors.ts";

/** 400 `request.malformed` for what is no JSON. */
export const jsonOf = (raw: Buffer): unknown => {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    throw Malformed();
  }
};
