/**
 * Redis by Upstash's REST protocol: one command, one request. https://upstash.com/docs/redis/features/restapi
 *
 * A client of our own, for scripts are all that we send, and a spike is all that counts: the official one adds 80 KB to a bundle, and
 * its `fetch` costs four times the CPU of node:http. Failed connections are tried again, so every script must be idempotent.
 */
import type { Agent, IncomingMessage, RequestOptions } from "node:http";
import { sleep } from "./clock.ts";
import { link } from "./config.ts";

/** ms for a command, further tries included. */
const PATIENCE = 2_000;
/** ms before each further try. */
const PAUSES = [50, 100];

type Word = string | number;
/** Brings a command's JSON to Redis, and back the JSON of its reply: `{result}` or `{error}`. */
export type Send = (body: string) => Promise<string>;

let client: { url: string; token: string; send: Send } | undefined;
let instead: Send | undefined;

/** For measurements: commands go this way, past HTTP; undefined takes HTTP again. */
export const sendBy = (send: Send | undefined): void => {
  instead = send;
};

const connect = (): Send => {
  const { url, token } = link("Redis");
  if (client?.url !== url || client.token !== token) client = { url, token, send: overHttp(url, token) };
  return client.send;
};

/** What Redis answers to a command, as it sent it: digits stay strings. Throws its error, or that it cannot be reached. */
export const command = async <T>(...words: Word[]): Promise<T> => {
  const reply = JSON.parse(await (instead ?? connect())(JSON.stringify(words))) as { result: T } | { error: string };
  if ("error" in reply) throw new Error(reply.error);
  return reply.result;
};

const overHttp = (address: string, token: string): Send => {
  const url = new URL(address);
  const secure = url.protocol === "https:";
  const ready = (secure ? import("node:https") : import("node:http")).then(({ request, Agent }) => ({
    request,
    agent: new Agent({ keepAlive: true, maxSockets: 128 }) as Agent,
  }));
  const options = {
    hostname: url.hostname,
    port: url.port || (secure ? 443 : 80),
    path: url.pathname,
    method: "POST",
  };
  return async (body) => {
    const { request, agent } = await ready;
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const deadline = performance.now() + PATIENCE;
    for (let tries = 0; ; tries++) {
      try {
        return await exchange(request, { ...options, agent, headers }, body, deadline - performance.now());
      } catch (error) {
        const pause = PAUSES[tries];
        if (pause === undefined || performance.now() + pause > deadline) throw error;
        await sleep(pause);
      }
    }
  };
};

const exchange = (
  request: (options: RequestOptions) => import("node:http").ClientRequest,
  options: RequestOptions,
  body: string,
  within: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = request(options);
    const timer = setTimeout(() => call.destroy(new Error(`Redis has not answered within ${PATIENCE} ms`)), within);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    call.once("error", fail);
    call.once("response", (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("error", fail);
      answer.once("end", () => {
        clearTimeout(timer);
        // a reply of Redis, be it an error, is JSON; anything else is somebody in between
        if (text.startsWith("{")) resolve(text);
        else reject(new Error(`Redis cannot be reached: HTTP ${answer.statusCode}`));
      });
    });
    call.end(body);
  });
