/** The payment gateway behind an interface, so that another one is a file beside sandbox.ts. */
import type { PaymentProvider } from "./provider.ts";
import { sandbox } from "./sandbox.ts";

export * from "./provider.ts";
export { holdsMoney, type Seen, undo } from "./undo.ts";

/** The configured provider. */
export const provider = (): PaymentProvider => sandbox;
