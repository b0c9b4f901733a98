/** The pages' client of the API: their session, their clock. */
import { createClient } from "../../../client/client.ts";
import { heard } from "./clock.ts";
import { session } from "./session.ts";

export const api = createClient({
  session,
  // an answer from the browser's own cache has an old date
  onAnswer: (headers) => headers.has("age") || heard(Date.parse(headers.get("date") ?? "")),
});
