/** The emulator's refusal: a code, and an HTTP status that says less than the code. */
const statusOf = (code: string): number => {
  if (code === "UNAUTHORIZED_KEY") return 401;
  if (code === "IDEMPOTENT_REQUEST_PROCESSING") return 409;
  if (code.startsWith("NOT_FOUND")) return 404;
  if (code.startsWith("FAILED")) return 500;
  const isForbidden = /^(REJECT_|NOT_CANCELABLE_|NOT_ALLOWED_PARTIAL_REFUND|INCORRECT_BASIC_AUTH_FORMAT)/.test(code);
  return isForbidden ? 403 : 400;
};

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status = statusOf(code)) {
    super(code);
    this.code = code;
    this.status = status;
  }
}
