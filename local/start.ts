/** `npm start`: the whole of Onsale on this machine, until Ctrl-C. */
import { parseArgs } from "node:util";
import { providers } from "#core/lib/providers.ts";
import { EngineError } from "./engines/engine.ts";
import { type Payments, payments } from "./gateways/children.ts";
import { type Running, up } from "./up.ts";

const HELP = `Runs the whole of Onsale on this machine: the deployed handlers on real engines.

  npm start -- [options]

  --port N         the port of the API and the pages   (default: PORT, or 3000; 0 takes any free one)
  --data DIR       where everything is kept            (default: .onsale)
  --fresh          delete the stored data first
  --payments NAME  where cards are charged: ${providers.join(", ")}  (default: sandbox)
  --gateway-ms N   how long each call to the payment gateway takes, ms  (default: 0)
  --help           this text

An engine that is already running is used if its address is in the environment:
  ONSALE_DYNAMODB_URL, ONSALE_REDIS_URL (redis://…), ONSALE_SQS_URL, ONSALE_SES_URL

ONSALE_FIREWALL=1 counts requests as the firewall does on AWS.
`;

const say = (line: string) => console.log(line);

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: process.env.PORT || "3000" },
        data: { type: "string", default: ".onsale" },
        fresh: { type: "boolean", default: false },
        payments: { type: "string", default: "sandbox" },
        "gateway-ms": { type: "string", default: "0" },
        help: { type: "boolean", default: false },
      },
    });
    const [port, gatewayMs] = [Number(values.port), Number(values["gateway-ms"])];
    return { ...values, port, gatewayMs, payments: values.payments as Payments };
  } catch (error) {
    throw new EngineError(`${(error as Error).message.split(".")[0]}. See: npm start -- --help`);
  }
};

/** A fault of the machine is shown as one sentence. A fault of the program is shown with its stack. */
const tell = (error: unknown) => {
  console.error(error instanceof EngineError ? `\n${error.message}` : error);
};

const main = async (): Promise<number> => {
  const { help, port, data, fresh, payments: by, gatewayMs } = options();
  if (help) {
    say(HELP);
    return 0;
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new EngineError("The port is not a number between 0 and 65535.");
  if (!payments.includes(by)) throw new EngineError(`--payments is one of ${payments.join(", ")}.`);
  if (!(gatewayMs >= 0 && gatewayMs <= 60_000)) throw new EngineError("--gateway-ms is a number from 0 to 60000.");
  const interrupted = new AbortController();
  let asked = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (asked++ > 1) process.exit(1); // the engines end when this process ends
      interrupted.abort();
    });
  const { signal } = interrupted;
  const running: Running = await up({ port, dataDir: data, fresh, payments: by, gatewayMs, say, signal });
  say(running.table);
  const fault = await running.ended;
  say("Stopping …");
  await running.stop();
  if (fault) throw fault;
  return 0;
};

main().then(
  (code) => process.exit(code),
  (error) => {
    tell(error);
    process.exit(1);
  },
);
