/** `npm run verify-draw`: checks an event's draw from outside, with the API's public answers (docs/fairness.md). */
import { parseArgs } from "node:util";
import { createClient } from "#client/client.ts";
import { ApiProblem } from "#client/problem.ts";
import { claims } from "#client/tokens.ts";
import { commitmentOf, permutation } from "#core/queue/draw.ts";
import { readRunning } from "#local/running.ts";

const HELP = `Checks the draw of an event's lobby against a running Onsale.

  npm run verify-draw -- <eventId> [options]

  --target URL   the API                 (default: the one that npm start runs, or http://localhost:3000)
  --place TOKEN  a place in the lobby, as the answer to joining had it: prints its number
  --help         this text
`;

class Stop extends Error {}

const arguments_ = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { target: { type: "string" }, place: { type: "string" }, help: { type: "boolean" } },
    });
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n\n${HELP}`);
  }
};

const say = (line: string) => console.log(line);
const check = (promise: string, holds: boolean) => {
  say(`${holds ? "✓" : "✗"} ${promise}`);
  if (!holds) process.exitCode = 1;
};

/** Whether every number of 1…N is given exactly once. */
const once = (numberOf: (index: number) => number, lobby: number): boolean => {
  const given = new Uint8Array(lobby);
  for (let index = 1; index <= lobby; index++) given[numberOf(index) - 1] = 1;
  return !given.includes(0);
};

type Place = { evt?: string; idx?: number; num?: number };

const readPlace = (token: string): Place => {
  const place = claims<Place>(token);
  if (!place) throw new Stop("The place is not a token. Give the whole place, as the answer to joining has it.");
  return place;
};

const tellPlace = (place: Place, eventId: string, lobby: number, numberOf: (index: number) => number) => {
  check("the place is one of this event", place.evt === eventId);
  const { idx, num } = place;
  if (idx !== undefined && idx <= lobby) say(`  lobby index ${idx} of ${lobby} was drawn number ${numberOf(idx)}`);
  else say(`  joined after the draw: number ${num ?? idx}, in the order of joining`);
};

/** Says why the API gave no answer. */
const stop = (target: string) => (error: Error) => {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code !== "offline") throw new Stop(`${target} answers ${error.status}: ${error.detail}`);
  const cause = error.cause as (Error & { cause?: Error }) | undefined;
  throw new Stop(`Nothing answers at ${target}: ${cause?.cause?.message ?? cause?.message ?? error.message}`);
};

const verify = async () => {
  const { values, positionals } = arguments_();
  const [eventId] = positionals;
  if (values.help) return say(HELP);
  if (!eventId || positionals.length > 1) throw new Stop(HELP);
  const target = (values.target ?? readRunning(".onsale")?.api ?? "http://localhost:3000").replace(/\/$/, "");
  const api = createClient({ baseUrl: target });
  const of = { params: { eventId } };
  const event = await api.open("GET /v1/events/{eventId}", of).catch(stop(target));
  const queue = await api.open("GET /v1/events/{eventId}/queue", of).catch(stop(target));
  say(`${event.title}: commitment ${event.draw.commitment}`);
  check("event and queue have the same commitment", event.draw.commitment === queue.draw.commitment);
  const { seed } = queue.draw;
  if (!seed) return say(`  not drawn yet: the seed is published once the lobby is frozen, from ${queue.opensAt} on`);
  say(`  seed ${seed}, ${queue.lobby} in the lobby`);
  check("the seed is the one that was committed to", commitmentOf(seed) === queue.draw.commitment);
  const numberOf = permutation(seed, queue.lobby);
  check(`each of ${queue.lobby} numbers is given exactly once`, once(numberOf, queue.lobby));
  if (values.place) tellPlace(readPlace(values.place), eventId, queue.lobby, numberOf);
};

try {
  await verify();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
