/** The manager's reads and writes of the devices at an entrance. */
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import * as Reads from "../api/reads.ts";

export type Device = Answer<"GET /v1/admin/events/{eventId}/devices">["items"][number];
export type NewPass = Answer<"POST /v1/admin/events/{eventId}/devices">;

export const list = (eventId: string) => ({
  queryKey: ["devices", eventId] as const,
  queryFn: () => api.call("GET /v1/admin/events/{eventId}/devices", { params: { eventId } }),
});

export const add = async (eventId: string, name: string): Promise<NewPass> => {
  const pass = await api.call("POST /v1/admin/events/{eventId}/devices", { params: { eventId }, body: { name } });
  await Reads.changed("devices");
  return pass;
};

/** Reads the list again, also after an error: the answer may be lost of a revocation that was written. */
export const revoke = async (eventId: string, deviceId: string): Promise<void> => {
  try {
    await api.call("DELETE /v1/admin/events/{eventId}/devices/{deviceId}", { params: { eventId, deviceId } });
  } finally {
    await Reads.changed("devices");
  }
};
