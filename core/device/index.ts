/**
 * Devices at the entrance. A manager adds one and gets a pass, which one device claims for a key that never leaves it. From then on the device
 * has the role entrance at this event (check.ts), until it is revoked or the event ends.
 */
import { paginateQuery } from "@aws-sdk/lib-dynamodb";
import { iso } from "#core/lib/clock.ts";
import { db, failed, getOne, putNew, table, transact } from "#core/lib/dynamo.ts";
import { Unavailable } from "#core/lib/errors.ts";
import * as Ids from "#core/lib/ids.ts";
import * as Log from "#core/log/index.ts";
import * as Table from "./device.table.ts";
import { DeviceNotFound, maxDevices, PassClaimed, PassInvalid, TooManyDevices } from "./schema.ts";

export * from "./schema.ts";

/** ms in which a pass can be claimed. */
const claimMs = 15 * 60_000;

type ByOrganiser = { eventId: string; by: string; now: number };

/** A new device with its pass. 409 `device.too_many`: devices that are added at the same moment may exceed it, which harms nothing. */
export const add = async ({ eventId, name, by, now }: ByOrganiser & { name: string }) => {
  if ((await list(eventId, now)).length >= maxDevices) throw TooManyDevices();
  const deviceId = Ids.make("dev", now);
  const secret = Ids.random(24).toString("base64url");
  const claimUntil = now + claimMs;
  const refusals = await transact([
    // the id is new, so no other writer has it
    putNew("Accounts", Table.deviceItem({ deviceId, eventId, name, secret: Ids.sha256(secret), claimUntil })),
    Log.entry({ of: eventId, by, now, action: "device.added", subject: deviceId, changes: { name: { to: name } } }),
  ]);
  if (refusals) throw Unavailable();
  return { deviceId, token: `${eventId}.${deviceId}.${secret}`, expiresAt: iso(claimUntil) };
};

/** The event's devices, and its passes that can still be claimed, the oldest first. */
export const list = async (eventId: string, now: number) => {
  const found: Table.Device[] = [];
  const query = {
    TableName: table("Accounts"),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": Table.partition(eventId) },
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: db() }, query)) found.push(...Items.map(Table.toDevice));
  return found
    .filter(({ publicKey, claimUntil }) => publicKey !== undefined || claimUntil > now)
    .map(({ deviceId, name, publicKey }) => ({
      ...{ deviceId, name },
      claimed: publicKey !== undefined,
      addedAt: iso(Ids.madeAt(deviceId)),
    }));
};

/**
 * Binds a pass to the key of a device, once. The same key gets the same answer again. 401 `device.pass_invalid`, also after 15 minutes and once
 * it was revoked; 409 `device.pass_claimed` for another key.
 */
export const claim = async ({ token, publicKey, now }: { token: string; publicKey: string; now: number }) => {
  const [eventId = "", deviceId = "", given = ""] = token.split(".");
  if (!Table.areIds(eventId, deviceId)) throw PassInvalid();
  const secret = Ids.sha256(given);
  const refusals = await transact([
    {
      Update: {
        TableName: table("Accounts"),
        Key: Table.deviceKey({ eventId, deviceId }),
        UpdateExpression: "SET publicKey = :key REMOVE expires",
        // Of two devices with one pass, this condition lets one through. It also lets nobody claim a pass that is being revoked.
        ConditionExpression: "secret = :secret AND attribute_not_exists(publicKey) AND claimUntil > :now",
        ExpressionAttributeValues: { ":key": publicKey, ":secret": secret, ":now": now },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    Log.entry({ of: eventId, by: deviceId, now, action: "device.claimed", subject: deviceId }),
  ]);
  if (refusals && !failed(refusals, 0)) throw Unavailable();
  const item = refusals ? refusals[0]?.item : await getOne("Accounts", Table.deviceKey({ eventId, deviceId }));
  if (item?.secret !== secret || item.publicKey === undefined) throw PassInvalid();
  if (item.publicKey !== publicKey) throw PassClaimed();
  return { deviceId, eventId, name: item.name as string };
};

/** Ends a device's pass with its next request, or a pass that nobody has claimed. 404 `device.not_found`, also if it was revoked before. */
export const revoke = async ({ eventId, deviceId, by, now }: ByOrganiser & { deviceId: string }): Promise<void> => {
  const Key = Table.deviceKey({ eventId, deviceId });
  const item = await getOne("Accounts", Key);
  if (!item) throw DeviceNotFound();
  const refusals = await transact([
    // Of two revocations at the same time, this condition lets one write its entry.
    { Delete: { TableName: table("Accounts"), Key, ConditionExpression: "attribute_exists(pk)" } },
    Log.entry({
      ...{ of: eventId, by, now, action: "device.revoked", subject: deviceId },
      changes: { name: { from: item.name } },
    }),
  ]);
  if (refusals) throw failed(refusals, 0) ? DeviceNotFound() : Unavailable();
};
