/**
 * A deliberate breakage: the promise, and what must notice it. It has several edits if two conditions protect the same promise, so that
 * breaking one alone has no effect.
 */
export type Mutation = { promise: string } & (Edit | { edits: Edit[] }) & (ByTests | ByModel);

/** The test file, and the part of a test's name that selects the tests. */
export type ByTests = { tests: string; name: string };
/** The model check, which gets no hint. */
export type ByModel = { model: true };

export type Edit = {
  /** From the root of the checkout. */
  file: string;
  /** Occurs exactly once in the file. */
  text: string;
  becomes: string;
};

export const editsOf = (mutation: Mutation): Edit[] => ("edits" in mutation ? mutation.edits : [mutation]);

/** How often a text occurs in another. */
export const occurrences = (source: string, text: string): number => source.split(text).length - 1;

/** The source with the breakage; throws unless its text occurs exactly once. */
export const broken = (source: string, { file, text, becomes }: Edit): string => {
  const found = occurrences(source, text);
  if (found !== 1) throw new Error(`${file} has ${found} times, not once: ${text}`);
  return source.replace(text, () => becomes);
};
