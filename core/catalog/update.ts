/** Changed fields of an event as DynamoDB's update. Pure. */
import { isDeepStrictEqual } from "node:util";
import { table } from "#core/lib/dynamo.ts";
import { type Meta, metaKey } from "./catalog.table.ts";

/** Values by their path, such as `queue.maxActive`. Undefined: the field is, or is to be, absent. */
export type Fields = Record<string, unknown>;

export const valueAt = (event: Meta, path: string): unknown =>
  path.split(".").reduce<unknown>((of, part) => (of as Fields | undefined)?.[part], event);

/** The fields whose value is not the event's already. */
export const differing = (event: Meta, to: Fields): string[] =>
  Object.keys(to).filter((path) => !isDeepStrictEqual(valueAt(event, path), to[path]));

/** `still`: the values that the item must have. Each part of a path gets a placeholder, because `set` and others are reserved words. */
export const toUpdate = (eventId: string, to: Fields, still: Fields) => {
  const ExpressionAttributeNames: Record<string, string> = { "#pk": "pk" };
  const ExpressionAttributeValues: Fields = {};
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
  const sets = Object.entries(to).filter(([, given]) => given !== undefined);
  const removes = Object.keys(to).filter((path) => to[path] === undefined);
  const set = sets.map(([path, given]) => `${named(path)} = ${value(given)}`);
  return {
    TableName: table("Catalog"),
    Key: metaKey(eventId),
    UpdateExpression: [
      ...(set.length > 0 ? [`SET ${set.join(", ")}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.map(named).join(", ")}`] : []),
    ].join(" "),
    ConditionExpression: ["attribute_exists(#pk)", ...Object.entries(still).map(holds)].join(" AND "),
    ExpressionAttributeNames,
    ...(Object.keys(ExpressionAttributeValues).length > 0 && { ExpressionAttributeValues }),
  };
};
