/**
 * The hook at joining, against farmed accounts: whatever is asked of a visitor before they get a place (a verified e-mail address, a
 * challenge's answer) is asked here, and refused with a Problem. By default everyone with an account may join.
 */
export const guard = async (_visitor: { userId: string; eventId: string; now: number }): Promise<void> => {};
