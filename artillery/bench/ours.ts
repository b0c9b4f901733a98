/** The API as `npm start` serves it (edge, gateway, handlers), alone in a process; the environment variables name its engines. */
import "./quiet.ts";
import { warm } from "../../local/lambda.ts";
import { serve } from "../../local/server.ts";

await warm();
const { url } = await serve();
console.log(JSON.stringify({ url }));
process.once("disconnect", () => process.exit(0));
