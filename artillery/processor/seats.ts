/** The seats: a section, a choice on the map or the best available, and the hold. */
import { type Context, type Events, type Request, type Response, read, type Vars } from "./hook.ts";

export async function seen(_: Request, response: Response, { vars }: Context): Promise<void> {
  const seated = read(response).sections.filter(({ kind }: Vars) => kind === "seated");
  vars.sections = seated.map(({ sectionId }: Vars) => sectionId);
  await anySection({ vars });
}

/** A random section. */
export async function anySection({ vars }: Context): Promise<void> {
  vars.section = vars.sections[Math.floor(Math.random() * vars.sections.length)];
}

export async function held(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const answer = read(response);
  events.emit("counter", "wanted", 1);
  if (response.statusCode === 201) vars.order = answer;
  events.emit("counter", response.statusCode === 201 ? "held" : answer.code, 1);
}

/** Conditions. */
export const ordered = ({ order }: Vars): boolean => order !== undefined;
export const unordered = ({ admission, order }: Vars): boolean => admission !== undefined && order === undefined;

/** Half of the visitors choose seats at the front on the map, up to four times; the rest take the best available. */
export async function taste({ vars }: Context): Promise<void> {
  Object.assign(vars, { chooses: vars.admission !== undefined && Math.random() < 0.5, tries: 0 });
}

/** A condition. */
export const chooses = ({ chooses }: Vars): boolean => chooses;

/** Two free neighbouring seats in one of the first rows. */
export async function chose(_: Request, response: Response, { vars }: Context, events: Events): Promise<void> {
  const { taken } = read(response);
  const names: string[] = vars.rows[vars.section]?.[Math.floor(3 * Math.random()) + 3 * vars.tries++] ?? [];
  const at = names.findIndex((seat, n) => n > 0 && !taken[seat] && !taken[names[n - 1] ?? ""]);
  vars.seats = at < 1 ? undefined : [names[at - 1], names[at]];
  if (vars.seats) events.emit("counter", "chose", 1);
}

/** A condition. */
export const foundSeats = ({ chooses, seats }: Vars): boolean => chooses && seats !== undefined;

export async function choosing({ vars }: Context): Promise<void> {
  vars.chooses &&= vars.order === undefined && vars.tries < 4;
  vars.seats = undefined;
  await anySection({ vars });
}

export const stillChoosing = ({ vars }: Context, go: (on: boolean) => void): void => go(vars.chooses);

export async function picked(_: Request, response: Response, __: Context, events: Events): Promise<void> {
  events.emit("counter", response.statusCode === 201 ? "pick.held" : "pick.refused", 1);
}

/** A third of the visitors who hold seats leave without paying or cancelling. */
export async function abandon({ vars }: Context, events: Events): Promise<void> {
  vars.abandoned = vars.order !== undefined && Math.random() < 1 / 3;
  if (vars.abandoned) events.emit("counter", "abandoned", 1);
}

/** Conditions. */
export const buys = ({ order, abandoned }: Vars): boolean => order !== undefined && !abandoned;
export const unpaid = ({ order }: Vars): boolean => order !== undefined && order.status !== "confirmed";
export const leaves = ({ admission, order }: Vars): boolean => admission !== undefined && order?.status !== "confirmed";
