/** The changes that an organiser may make to an event, and until when. */
import { ms } from "#core/lib/clock.ts";
import { conditional, table } from "#core/lib/dynamo.ts";
import { invalid } from "#core/lib/errors.ts";
import { type Meta, metaKey, toMeta } from "./catalog.table.ts";
import { saleFaults } from "./create.ts";
import { forget, freshMeta } from "./event.ts";
import { type Event, EventChanged, type EventPatch, SaleFrozen } from "./schema.ts";

/**
 * Pauses, closes or resumes a sale, sets its queue's rate, moves its times. 404 `event.not_found`; 409 `event.draw_frozen` for the times
 * once the lobby is drawn; 409 `event.changed` if another request moved them meanwhile; 422 for times in the wrong order.
 */
export const change = async (args: { eventId: string; patch: EventPatch }): Promise<Event> => {
  const { eventId, patch } = args;
  const before = await freshMeta(eventId);
  const edit = toEdit(patch, before);
  if (edit.sets.length + edit.removes.length === 0) return before;
  try {
    const { written, item } = await conditional(toUpdate(eventId, edit));
    if (written) return toMeta(item ?? {});
    const now = await freshMeta(eventId);
    if (isMade(now, edit)) return now; // the SDK retried this request because its answer was lost, and the first try wrote it
    throw now.draw.lobby === undefined ? EventChanged() : SaleFrozen();
  } finally {
    forget(eventId);
  }
};

type Edit = {
  sets: [path: string, value: unknown][];
  removes: string[];
  /** Values that must be unchanged. Undefined: must be absent. */
  still: [path: string, value: unknown][];
};

const isMade = (meta: Meta, { sets, removes }: Edit): boolean => {
  const found = (path: string) =>
    path.split(".").reduce<unknown>((of, part) => (of as Record<string, unknown> | undefined)?.[part], meta);
  return sets.every(([path, value]) => found(path) === value) && removes.every((path) => found(path) === undefined);
};

/** Only the requested fields are written, so that two organisers can change different fields in parallel. */
const toEdit = ({ status, queue = {}, ...times }: EventPatch, before: Meta): Edit => {
  const settings = Object.entries(queue).filter(([, value]) => value !== undefined);
  const edit: Edit = { sets: settings.map(([name, value]) => [`queue.${name}`, value]), removes: [], still: [] };
  if (status === "onsale") edit.removes.push("set");
  else if (status) edit.sets.push(["set", status]);
  if (times.salesOpenAt === undefined && times.salesCloseAt === undefined) return edit;
  if (before.draw.lobby !== undefined) throw SaleFrozen();
  const salesOpenAt = times.salesOpenAt === undefined ? before.salesOpenAt : ms(times.salesOpenAt);
  const salesCloseAt = times.salesCloseAt === undefined ? before.salesCloseAt : ms(times.salesCloseAt);
  const wrong = saleFaults({ startsAt: before.startsAt, salesOpenAt, salesCloseAt });
  if (wrong.length > 0) throw invalid(...wrong);
  edit.sets.push(["salesOpenAt", salesOpenAt], ["salesCloseAt", salesCloseAt]);
  // the order of the times was checked with these values, and the draw may be frozen at any moment
  const { salesOpenAt: open, salesCloseAt: close } = before;
  edit.still.push(["salesOpenAt", open], ["salesCloseAt", close], ["lobby", undefined]);
  return edit;
};

/** The edit as DynamoDB's update. Each part of a path gets a placeholder, because `set` and others are reserved words. */
const toUpdate = (eventId: string, { sets, removes, still }: Edit) => {
  const ExpressionAttributeNames: Record<string, string> = { "#pk": "pk" };
  const ExpressionAttributeValues: Record<string, unknown> = {};
  const named = (path: string) =>
    path
      .split(".")
      .map((part) => {
        ExpressionAttributeNames[`#${part}`] = part;
        return `#${part}`;
      })
      .join(".");
  const value = (given: unknown) => {
    const name = `:v${Object.keys(ExpressionAttributeValues).length}`;
    ExpressionAttributeValues[name] = given;
    return name;
  };
  const holds = ([path, given]: [string, unknown]) =>
    given === undefined ? `attribute_not_exists(${named(path)})` : `${named(path)} = ${value(given)}`;
  const set = sets.map(([path, given]) => `${named(path)} = ${value(given)}`);
  return {
    TableName: table("Catalog"),
    Key: metaKey(eventId),
    UpdateExpression: [
      ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.map(named).join(", ")}`] : []),
    ].join(" "),
    ConditionExpression: ["attribute_exists(#pk)", ...still.map(holds)].join(" AND "),
    ExpressionAttributeNames,
    ...(Object.keys(ExpressionAttributeValues).length > 0 && { ExpressionAttributeValues }),
    ReturnValues: "ALL_NEW" as const,
  };
};
