/** The pages' client of the API: their session, their clock. */
import { createClient } from "../../../client/client.ts";
import { heard } from "./clock.ts";
import { session } from "./session.ts";

/** Learns the server's time. An answer from the browser's own cache has an old date. */
export const onAnswer = (headers: Headers): void => {
  if (!headers.has("age")) heard(Date.parse(headers.get("date") ?? ""));
};

export const api = createClient({ session, onAnswer });
