/** The settings of this stage, from the environment. SST reads `.env` and `.env.<stage>` into it. */
import { read } from "./installation.ts";

export const production = $app.stage === "production";

export const settings = read($app.stage, process.env);
