/** Opaque cursors of lists: the position where the next page begins, in base64url. */
import * as z from "zod/mini";
import { invalid } from "./errors.ts";

export const encode = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString("base64url");

/** The position in a cursor that `encode` made. Anything else is 422 at `cursor`. */
export const decode = <T extends z.core.$ZodType>(schema: T, cursor: string): z.output<T> => {
  try {
    return z.parse(schema, JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch {
    throw invalid({ path: "cursor", message: "is not a cursor of this list" });
  }
};
