/** The emulated part of stripe.js. Anything else throws. */

export const refuse = (what: string): never => {
  throw new Error(`The stand-in for stripe.js does not know ${what}.`);
};

/** The published type with the parts that are played; any other part throws when it is touched. */
export const only = <T extends object>(name: string, played: Partial<Record<keyof T, unknown>>): T =>
  new Proxy(played, {
    get: (target, key) => {
      if (key in target || typeof key === "symbol" || key === "then" || key.startsWith("_"))
        return Reflect.get(target, key);
      return refuse(`${name}.${key}`);
    },
  }) as T;

export const check = (name: string, given: object | undefined, known: string[]) => {
  for (const key of Object.keys(given ?? {})) if (!known.includes(key)) refuse(`${name}: ${key}`);
};
