/** Devices in the Accounts table. Each event has a partition of its own, so that IAM lets only the service `members` write them. */
import type { Item } from "#core/lib/dynamo.ts";
import * as Ids from "#core/lib/ids.ts";

export type Device = {
  deviceId: string;
  eventId: string;
  name: string;
  /** SHA-256 of the pass's secret. */
  secret: string;
  /** epoch ms */
  claimUntil: number;
  /** Of a claimed device, as the API takes it. */
  publicKey?: string;
};

export const partition = (eventId: string): string => `DEVICES#${eventId}`;
export const deviceKey = ({ eventId, deviceId }: Pick<Device, "eventId" | "deviceId">) => ({
  pk: partition(eventId),
  sk: deviceId,
});

/** Whether texts of a request can be the ids of a device. Only such texts become a key. */
export const areIds = (eventId: string, deviceId: string): boolean =>
  Ids.pattern("evt").test(eventId) && Ids.pattern("dev").test(deviceId);

/** A claim removes `expires` (DynamoDB's TTL, in seconds). So DynamoDB deletes only passes that nobody has claimed. */
export const deviceItem = (device: Device): Item => ({
  ...deviceKey(device),
  ...device,
  expires: Math.ceil(device.claimUntil / 1000),
});
export const toDevice = ({ pk: _pk, sk: _sk, expires: _expires, ...device }: Item): Device => device as Device;
