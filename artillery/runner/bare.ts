/** A server that answers at once: the rate that a generator reaches against it is the generator's own limit. */
import { once } from "node:events";
import { createServer } from "node:http";

const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "2" }).end("{}");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }));
process.once("disconnect", () => process.exit(0));
