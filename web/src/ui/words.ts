import { ApiProblem } from "../../../client/problem.ts";
import { w } from "../i18n/index.ts";

/** The text for a failure: by its code, or the API's own text if the page does not know the code. */
export const said = (error: unknown): string => {
  const known = error instanceof ApiProblem ? (w.problem[error.code] ?? error.document.detail) : undefined;
  return known ?? w.problem.unknown ?? "";
};

/** A 422's entries by field. */
export const fieldErrors = (error: unknown): Record<string, string> =>
  error instanceof ApiProblem && error.document.errors
    ? Object.fromEntries(error.document.errors.map(({ path, message }) => [path, message]))
    : {};
