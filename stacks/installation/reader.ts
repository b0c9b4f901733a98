/** Reads single settings. Each function refuses a wrong value with a sentence that says what would be right. */

export type Environment = Record<string, string | undefined>;

export const refuse = (why: string): never => {
  throw new Error(why);
};

export const parsed = (url: string) => (URL.canParse(url) ? new URL(url) : undefined);

/** `a, b or c` */
export const choices = (values: readonly string[]): string => `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;

export const createReader = (stage: string, environment: Environment) => {
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const needed = (name: string, why: string): string =>
    text(name) ?? refuse(`Set ${name} in .env.${stage} or the environment: ${why}.`);
  const checked = (name: string, isRight: (value: string) => boolean, right: string): string | undefined => {
    const value = text(name);
    return value === undefined || isRight(value) ? value : refuse(`${name} is “${value}”, but has to be ${right}.`);
  };
  /** A whole number. */
  const amount = (name: string, otherwise: number, least: number, most: number): number => {
    const value = Number(text(name) ?? otherwise);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = `${least.toLocaleString("en")} to ${most.toLocaleString("en")}`;
    return refuse(`${name} is “${text(name)}”, but has to be a whole number from ${range}.`);
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], otherwise: T): T => {
    const isOne = (value: string) => values.includes(value as T);
    return (checked(name, isOne, choices(values)) as T | undefined) ?? otherwise;
  };
  const secret = (name: string): string | undefined => text(`SST_SECRET_${name}`);
  return { text, needed, checked, amount, oneOf, secret };
};

export type Reader = ReturnType<typeof createReader>;
