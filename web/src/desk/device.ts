/** This device's pass for the entrance of one event: its key, which cannot leave the browser, and a client whose requests it signs. */
import { type Client, createClient } from "../../../client/client.ts";
import { untilAnswered } from "../../../client/pause.ts";
import type { ClaimedDevice } from "../../../client/shapes.ts";
import { api, onAnswer } from "../api/client.ts";
import { heard, serverNow } from "../api/clock.ts";

type Keys = { privateKey: CryptoKey; publicKey: string };
export type Pass = ClaimedDevice & Pick<Keys, "privateKey">;
type Stored = { claiming: Keys & { token: string }; pass: Pass };

const curve = { name: "ECDSA", namedCurve: "P-256" };
/** s: a request is sent at once, and the server accepts its signature for less than a minute. */
const signedForSeconds = 30;

/** The pass of this device, or null. A `token` claims a new pass, which replaces the one before. */
export const pass = async (token: string): Promise<Pass | null> => {
  if (!token) return (await read("pass")) ?? null;
  const before = await read("claiming");
  // The key is stored before the claim: if the answer is lost, the claim is sent again with the same key.
  const keys = before?.token === token ? before : { token, ...(await newKeys()) };
  await write("claiming", keys);
  const body = { token, publicKey: keys.publicKey };
  const claimed = await untilAnswered(() => api.open("POST /v1/devices", { body }));
  await write("pass", { ...claimed, privateKey: keys.privateKey });
  return { ...claimed, privateKey: keys.privateKey };
};

/** The API as this device calls it. */
export const clientOf = (of: Pass): Client => {
  const send = async (url: string, { method = "", headers, ...init }: RequestInit) => {
    const authorization = `Device ${await proof(of, method, url.split("?")[0] ?? "")}`;
    return fetch(url, { ...init, method, headers: { ...(headers as Record<string, string>), authorization } });
  };
  return createClient({
    onAnswer,
    fetch: async (url, init) => {
      const answer = await send(url, init);
      if (answer.status !== 401) return answer;
      // the clock of this device may be wrong, and the answer has the server's time
      heard(Date.parse(answer.headers.get("date") ?? ""));
      return send(url, init);
    },
  });
};

const newKeys = async (): Promise<Keys> => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
  return { privateKey, publicKey: base64url(await crypto.subtle.exportKey("raw", publicKey)) };
};

/** A compact JWS (ES256) of one request. */
const proof = async ({ eventId, deviceId, privateKey }: Pass, htm: string, htu: string): Promise<string> => {
  const iat = Math.floor(serverNow() / 1000);
  const header = { alg: "ES256", kid: `${eventId}.${deviceId}` };
  const claims = { htm, htu, iat, exp: iat + signedForSeconds };
  const input = [header, claims].map((part) => base64url(bytes(JSON.stringify(part)))).join(".");
  const mark = await crypto.subtle.sign({ ...curve, hash: "SHA-256" }, privateKey, bytes(input));
  return `${input}.${base64url(mark)}`;
};

const bytes = (text: string) => new TextEncoder().encode(text);
const base64url = (given: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(given)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

/** IndexedDB, because it keeps a key that cannot be exported. */
const store = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
  const opening = indexedDB.open("onsale-device");
  opening.onupgradeneeded = () => opening.result.createObjectStore("device");
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction("device", mode).objectStore("device")));
  } finally {
    database.close();
  }
};

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const read = <K extends keyof Stored>(name: K): Promise<Stored[K] | undefined> =>
  store("readonly", (within) => within.get(name));
const write = <K extends keyof Stored>(name: K, value: Stored[K]): Promise<IDBValidKey> =>
  store("readwrite", (within) => within.put(value, name));
