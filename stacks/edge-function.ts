/** CloudFront's function that runs before the cache: functions/edge/edge-function.js with its table and the keys of access tokens. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { edgeTable } from "../core/contract/edge-table.ts";
import { secrets } from "./secrets.ts";

const keys = new aws.cloudfront.KeyValueStore("EdgeKeys", { name: `${$app.name}-${$app.stage}-edge` });

const accessKey = new aws.cloudfront.KeyvaluestoreKey("EdgeAccessKey", {
  keyValueStoreArn: keys.arn,
  key: "AccessKey",
  value: secrets.AccessKey.value,
});

const source = readFileSync(join($cli.paths.root, "functions/edge/edge-function.js"), "utf8");

const handler = `
import cf from "cloudfront";
const table = ${JSON.stringify(edgeTable)};
async function handler(event) {
  const given = event.request.headers.authorization;
  const request = { method: event.request.method, uri: event.request.uri, authorization: given && given.value };
  const code = refusal(table, request, given ? await cf.kvs().get("AccessKey") : "", Date.now());
  if (!code) return event.request;
  const body = problem(table, code, event.context.requestId);
  const headers = { "content-type": { value: "application/problem+json" }, "cache-control": { value: "no-store" } };
  if (body.status === 401) headers["www-authenticate"] = { value: "Bearer" };
  return { statusCode: body.status, headers: headers, body: { encoding: "text", data: JSON.stringify(body) } };
}
`;

export const edgeFunction = new aws.cloudfront.Function(
  "Edge",
  {
    name: `${$app.name}-${$app.stage}-edge`,
    runtime: "cloudfront-js-2.0",
    comment: "Refuses unknown paths, and requests without the needed token",
    code: source.replace(/^export /gm, "") + handler,
    keyValueStoreAssociations: [keys.arn],
  },
  { dependsOn: accessKey },
);
