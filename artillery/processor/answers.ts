/** Which answers are right, and what every page keeps of them. */
import { type Context, type Request, type Response, read } from "./hook.ts";

/** Statuses other than 2xx that are an answer and not a failure. */
const expected: Record<string, number[]> = { claim: [409], hold: [409], release: [409] };

/** Ends the visit after a wrong answer. */
export async function answered(request: Request, response: Response): Promise<void> {
  const { statusCode: status } = response;
  if ((status >= 200 && status < 300) || expected[request.name]?.includes(status)) return;
  throw new Error(`${request.name} ${status} ${/"code":"([^"]+)"/.exec(response.body)?.[1] ?? ""}`.trim());
}

export async function signedIn(_: Request, response: Response, { vars }: Context): Promise<void> {
  vars.token = read(response).accessToken;
}

export async function listed(_: Request, response: Response, { vars }: Context): Promise<void> {
  const { next: more } = read(response);
  vars.cursor = more ? `&cursor=${more}` : "";
}
