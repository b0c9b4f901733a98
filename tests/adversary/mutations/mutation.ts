/**
 * A deliberate breakage: the promise that it breaks, and what must notice it. Several edits where one condition stands behind another,
 * so that either alone breaks nothing that can be noticed.
 */
export type Mutation = { promise: string } & (Edit | { edits: Edit[] }) & (ByTests | ByModel);

/** The test file, and the part of a test's name that picks those to run. */
export type ByTests = { tests: string; name: string };
/** The model check, which nobody tells where to look. */
export type ByModel = { model: true };

export type Edit = {
  /** From the root of the checkout. */
  file: string;
  /** Stands exactly once in the file. */
  text: string;
  becomes: string;
};

export const editsOf = (mutation: Mutation): Edit[] => ("edits" in mutation ? mutation.edits : [mutation]);

/** How often a text stands in another. */
export const occurrences = (source: string, text: string): number => source.split(text).length - 1;

/** The source with the breakage in it; throws where its text does not stand there exactly once. */
export const broken = (source: string, { file, text, becomes }: Edit): string => {
  const found = occurrences(source, text);
  if (found !== 1) throw new Error(`${file} has ${found} times, not once: ${text}`);
  return source.replace(text, () => becomes);
};
