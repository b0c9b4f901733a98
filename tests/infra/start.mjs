/**
 * Starts a bundled handler as Lambda does: plain Node, its folder, its environment. Arguments: the handler's file and an event as JSON (or
 * none, to stop after the start). Prints the answer, the ms of CPU of the start (which other load hardly changes, unlike the time) and the
 * loaded bytes.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const [file, event, counting] = process.argv.slice(2);
let loaded = 0;
if (counting)
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith("file:")) loaded += readFileSync(new URL(url)).length;
      return next(url, context);
    },
  });

const started = process.cpuUsage();
const { handler } = await import(pathToFileURL(file).href);
const { user, system } = process.cpuUsage(started);
const ms = (user + system) / 1_000;
const context = { awsRequestId: "start", functionName: "start", getRemainingTimeInMillis: () => 10_000 };
const answer = event && (await handler(JSON.parse(event), context));
process.stdout.write(`\n${JSON.stringify({ ms, answer, loaded })}\n`, () => process.exit(0));
