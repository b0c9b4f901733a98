/** The names of the payment gateways, once. CONTRIBUTING.md has the steps to add one. */
export const providers = ["sandbox", "stripe", "toss"] as const;
export type ProviderName = (typeof providers)[number];

/** A gateway that takes real cards. */
export type CardProvider = Exclude<ProviderName, "sandbox">;
