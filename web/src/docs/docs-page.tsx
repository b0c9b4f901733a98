/** The API's OpenAPI document as a page. */
import { useState } from "preact/hooks";
import { d } from "../i18n/desk.ts";
import { useQuery } from "../query.ts";
import { Failure, Field, Skeleton, Title } from "../ui/index.tsx";
import css from "./docs.module.css";
import { curl, type Document, type Operation, resolve } from "./openapi.ts";
import { SchemaView } from "./schema-view.tsx";

const openapi = {
  queryKey: ["openapi"] as const,
  staleTime: 60_000,
  queryFn: async (): Promise<Document> => {
    const response = await fetch("/v1/openapi.json");
    if (!response.ok) throw new Error(`The document answered ${response.status}`);
    return response.json();
  },
};

const Answers = ({ document, operation }: { document: Document; operation: Operation }) => (
  <div>
    <h3>{d.docs.answers}</h3>
    <ul>
      {Object.entries(operation.responses).map(([status, given]) => {
        const answer = resolve(document, given);
        const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
        return (
          <li key={status}>
            <p>
              <b class="number">{status}</b> {answer.description}{" "}
              <span class="small soft">{type ?? d.docs.noBody}</span>
            </p>
            {content?.schema && <SchemaView schema={content.schema} />}
          </li>
        );
      })}
    </ul>
  </div>
);

const Parameters = ({ document, operation }: { document: Document; operation: Operation }) => {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  if (parameters.length === 0) return null;
  const properties = Object.fromEntries(
    parameters.map(({ name, in: place, schema, description }) => [
      name,
      { ...schema, description: [place, description].filter(Boolean).join(". ") },
    ]),
  );
  return (
    <div>
      <h3>{d.docs.parameters}</h3>
      <SchemaView
        schema={{ properties, required: parameters.flatMap(({ name, required }) => (required ? [name] : [])) }}
      />
    </div>
  );
};

const Route = ({
  document,
  method,
  path,
  operation,
}: {
  document: Document;
  method: string;
  path: string;
  operation: Operation;
}) => {
  const [open, setOpen] = useState(false);
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return (
    <details class={css.op} onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
      <summary>
        <span class={css.method} data-method={method}>
          {method.toUpperCase()}
        </span>
        <span class={css.path}>{path}</span>
        <span class={css.what}>{operation.summary}</span>
      </summary>
      {open && (
        <div class={css.body}>
          {operation.description && <p>{operation.description}</p>}
          <pre class={css.code}>{curl(method, path, operation)}</pre>
          <Parameters document={document} operation={operation} />
          {body && (
            <div>
              <h3>{d.docs.request}</h3>
              <SchemaView schema={body} />
            </div>
          )}
          <Answers document={document} operation={operation} />
        </div>
      )}
    </details>
  );
};

const Reference = ({ document }: { document: Document }) => {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const routes = Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .filter(({ path, method, operation }) => `${method} ${path} ${operation.summary}`.toLowerCase().includes(wanted));
  const groups = Map.groupBy(routes, ({ path }) => path.split("/")[2]?.replace(/\.json$/, "") ?? "");
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) =>
    name.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div class={css.tools}>
        <Field label={d.docs.find} type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </div>
      {routes.length === 0 && schemas.length === 0 && <p>{d.docs.none}</p>}
      {[...groups].map(([group, items]) => (
        <section key={group}>
          <h2>{group}</h2>
          {items.map(({ path, method, operation }) => (
            <Route key={`${method} ${path}`} document={document} method={method} path={path} operation={operation} />
          ))}
        </section>
      ))}
      {schemas.length > 0 && (
        <section class="stack">
          <h2>{d.docs.schemas}</h2>
          {schemas.map(([name, schema]) => (
            <div key={name} id={`schema-${name}`}>
              <h3>{name}</h3>
              <SchemaView schema={schema} />
            </div>
          ))}
        </section>
      )}
    </>
  );
};

export default function DocsPage() {
  const document = useQuery(openapi);
  return (
    <div class={css.page}>
      <Title>{d.docs.title}</Title>
      <div class="stack">
        <h1 tabIndex={-1}>{d.docs.title}</h1>
        <p class="soft">
          {d.docs.lead} <a href="/v1/openapi.json">/v1/openapi.json</a>
        </p>
      </div>
      {document.data ? (
        <Reference document={document.data} />
      ) : document.isError ? (
        <Failure error={document.error} retry={() => document.refetch()} />
      ) : (
        <Skeleton height="24rem" />
      )}
    </div>
  );
}
