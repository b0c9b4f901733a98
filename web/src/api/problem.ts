import type { components } from "./schema.d.ts";

export type ProblemDocument = components["schemas"]["Problem"] & Record<string, unknown>;

/** Codes of the pages themselves, which the API never sends: nothing answered, or a fault of the page. */
export const own = ["offline", "unknown"] as const;

/** What the API refused, or `offline` when nothing answered. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly document: Partial<ProblemDocument>;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(document: Partial<ProblemDocument>, status: number, retryAfter?: number) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.code = document.code ?? (status === 0 ? "offline" : `http.${status}`);
    this.status = status;
    this.document = document;
    this.retryAfter = retryAfter;
  }
}

export const codeOf = (error: unknown): string => (error instanceof ApiProblem ? error.code : "unknown");
