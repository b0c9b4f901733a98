export const count = (n: number): string => n.toLocaleString("en");

/** As `1 seat` or `1,200 seats`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
