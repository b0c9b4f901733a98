import { d } from "../i18n/desk.ts";
import css from "./docs.module.css";
import { boundsOf, nameOf, type Schema, typeOf } from "./openapi.ts";

const Type = ({ schema }: { schema: Schema }) => {
  const inner = schema.type === "array" ? schema.items : schema;
  return inner?.$ref ? (
    <a href={`#schema-${nameOf(inner.$ref)}`}>
      <code>{typeOf(schema)}</code>
    </a>
  ) : (
    <code class={css.type}>{typeOf(schema)}</code>
  );
};

/** A schema's fields with type and bounds. Named schemas are linked. */
export const SchemaView = ({ schema }: { schema: Schema }) => {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives?.some(({ properties }) => properties))
    return (
      <>
        {alternatives.map((alternative, at) => (
          <SchemaView key={at} schema={alternative} />
        ))}
      </>
    );
  if (!schema.properties)
    return (
      <p class={css.schema}>
        <Type schema={schema} />
      </p>
    );
  return (
    <ul class={css.schema}>
      {Object.entries(schema.properties).map(([name, field]) => {
        const inner = field.type === "array" ? field.items : field;
        return (
          <li key={name}>
            <code>
              <b>{name}</b>
            </code>{" "}
            <Type schema={field} />{" "}
            {schema.required?.includes(name) && <span class="small soft">{d.docs.required}</span>}{" "}
            <span class="small soft">{[boundsOf(field), field.description].filter(Boolean).join(". ")}</span>
            {(inner?.properties || inner?.anyOf?.some(({ properties }) => properties)) && <SchemaView schema={inner} />}
          </li>
        );
      })}
    </ul>
  );
};
