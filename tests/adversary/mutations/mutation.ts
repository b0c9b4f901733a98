/** A deliberate breakage: one piece of text in one file, the promise that it breaks, and the tests that must see it. */
export type Mutation = Edit & {
  promise: string;
  /** The test file, and the part of a test's name that picks those to run. */
  tests: string;
  name: string;
};

export type Edit = {
  /** From the root of the checkout. */
  file: string;
  /** Stands exactly once in the file. */
  text: string;
  becomes: string;
};

/** How often a text stands in another. */
export const occurrences = (source: string, text: string): number => source.split(text).length - 1;

/** The source with the breakage in it; throws where its text does not stand there exactly once. */
export const broken = (source: string, { file, text, becomes }: Edit): string => {
  const found = occurrences(source, text);
  if (found !== 1) throw new Error(`${file} has ${found} times, not once: ${text}`);
  return source.replace(text, () => becomes);
};
