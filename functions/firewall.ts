/**
 * The rate rule at the edge, as pure data: stacks/ makes WAF's rule of it, local/ counts by it. The queue's status is polled by everyone
 * who waits, often thousands behind one address, and answered by the edge: the rule does not count it.
 */
export const rateRule = { seconds: 300, uncounted: "/queue" } as const;
