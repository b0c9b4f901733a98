/** From the least to the most. Each may do what the ones before it may. Without imports, because the pages have it too. */
export const roles = ["entrance", "box-office", "manager", "owner"] as const;
type Role = (typeof roles)[number];

export const atLeast = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);
