/** Makes every function of core/ and functions/, except core/lib, report its calls. Load it before them: `node --import`. */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vite";

const root = join(import.meta.dirname, "../../..");

// biome-ignore lint/suspicious/noExplicitAny: a node of a syntax tree
type Node = any;

type Body = { body: Node; async: boolean; generator: boolean };

const functions = (node: Node, found: Body[] = []): Body[] => {
  if (node === null || typeof node !== "object") return found;
  if (/^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type)) found.push(node);
  for (const inner of Object.values(node)) functions(inner, found);
  return found;
};

/** The source with each function's body run by `globalThis.entering(file, function, body)`. Types are stripped first; positions stay. */
const instrumented = (source: string, file: string): string => {
  const code = stripTypeScriptTypes(source);
  const inserts = functions(parseAst(code)).flatMap(({ body, async, generator }): [number, string][] => {
    if (generator) return [];
    const block = body.type === "BlockStatement";
    const run = `globalThis.entering("${file}", ${body.start}, ${async ? "async " : ""}() => ${block ? "" : "("}`;
    return [
      [body.start, block ? `{ return ${run}` : run],
      [body.end, block ? "); }" : "))"],
    ];
  });
  // from the end, so that earlier positions stay; functions that end at the same place are closed from the inside
  return inserts
    .map(([at, text], order) => ({ at, text, order }))
    .toSorted((a, b) => b.at - a.at || a.order - b.order)
    .reduce((text, { at, text: insert }) => text.slice(0, at) + insert + text.slice(at), code);
};

// does nothing until the walk begins, while modules load and engines start
Object.assign(globalThis, { entering: <T>(_file: string, _function: number, body: () => T): T => body() });

registerHooks({
  load: (url, context, next) => {
    const file = url.startsWith("file:") ? relative(root, fileURLToPath(url)) : "";
    if (!/^(core|functions)\/(?!lib\/).*\.ts$/.test(file)) return next(url, context);
    return { format: "module", shortCircuit: true, source: instrumented(readFileSync(join(root, file), "utf8"), file) };
  },
});
