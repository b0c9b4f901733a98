/** Organisations: whose events they are, and who may do what with them. */
export { allow, authorise, choose, type Named } from "./authorise.ts";
export * from "./schema.ts";
