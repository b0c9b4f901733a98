/** What can go wrong with a call, as one error. */

/** RFC 9457, as far as the answer has it; further members depend on `code`. */
export type ProblemDocument = {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { path: string; message: string }[];
} & Record<string, unknown>;

/** A refusal of the API, or `offline` if there was no answer. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  /** `http.<status>` if the answer has none. */
  readonly code: string;
  /** 0 if there was no answer. */
  readonly status: number;
  /** What is wrong and what to do, in English. */
  readonly detail: string;
  readonly document: ProblemDocument;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(document: ProblemDocument, status: number, retryAfter?: number) {
    const detail = document.detail ?? document.title ?? `HTTP ${status}`;
    super(detail);
    this.code = document.code ?? `http.${status}`;
    this.status = status;
    this.detail = detail;
    this.document = document;
    this.retryAfter = retryAfter;
  }
}

/** Codes that the API never sends: no answer, an error that is not the API's, and a browser that made or found no passkey. */
export const ownCodes = ["offline", "unknown", "passkey.stopped", "passkey.known"] as const;

export const offline = (cause?: unknown): ApiProblem =>
  Object.assign(new ApiProblem({ code: "offline", detail: "No answer from the server." }, 0), { cause });

export const codeOf = (error: unknown): string => (error instanceof ApiProblem ? error.code : "unknown");

/**
 * No answer, or the server is overloaded: the same request may succeed in a moment. A 429 with its own code is not an overload: the
 * visitor has tried too often and has to wait for minutes.
 */
export const passing = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  (error.status === 0 || error.status >= 500 || error.code === "request.throttled" || error.code === "http.429");
