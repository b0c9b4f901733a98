/**
 * The part of CloudWatch's metric math that the alarms use; the rest is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** A metric's values by minute; undefined without one. */
export type TimeSeries = readonly (number | undefined)[];

type Value = number | TimeSeries | TimeSeries[];

const tokensOf = (text: string): string[] => {
  const tokens = text.match(/\d+(\.\d+)?|[A-Za-z_]\w*|>=|<=|==|!=|[-+*/<>(),[\]]|\S/g) ?? [];
  return tokens;
};

const isSeries = (value: Value): value is TimeSeries => Array.isArray(value) && !Array.isArray(value[0]);

const at = (value: number | TimeSeries, minute: number): number | undefined =>
  typeof value === "number" ? value : value[minute];

/** The value of an expression in each minute. */
export const evaluate = (expression: string, metrics: Record<string, TimeSeries>, minutes: number): TimeSeries => {
  const tokens = tokensOf(expression);
  let next = 0;
  const refuse = (why: string): never => {
    throw new Error(`${why} in “${expression}”.`);
  };
  const take = (wanted?: string): string => {
    const token = tokens[next++] ?? refuse("Something is missing at the end");
    if (wanted !== undefined && token !== wanted) refuse(`${token} is where ${wanted} must be`);
    return token;
  };
  const each = (of: (minute: number) => number | undefined): TimeSeries =>
    Array.from({ length: minutes }, (_, n) => of(n));
  const single = (value: Value | undefined): number | TimeSeries =>
    value !== undefined && (typeof value === "number" || isSeries(value))
      ? value
      : refuse("An array is where one value must be");
  const many = (value: Value | undefined): TimeSeries[] =>
    value !== undefined && typeof value !== "number" && !isSeries(value)
      ? value
      : refuse("One value is where an array must be: its minutes would become one number");

  /** Values of several metrics in each minute, without missing ones. */
  const across = (all: TimeSeries[], fold: (values: number[]) => number) =>
    each((minute) => {
      const values = all.map((one) => one[minute]).filter((value) => value !== undefined);
      return values.length > 0 ? fold(values) : undefined;
    });
  const functions: Record<string, (...given: Value[]) => Value> = {
    SUM: (all) => across(many(all), (values) => values.reduce((sum, value) => sum + value, 0)),
    MAX: (all) => across(many(all), (values) => Math.max(...values)),
    FILL: (value, otherwise) => each((minute) => at(single(value), minute) ?? at(single(otherwise), minute)),
    IF: (test, yes, no) =>
      each((minute) => {
        const is = at(single(test), minute);
        return is === undefined ? undefined : at(single(is !== 0 ? yes : no), minute);
      }),
  };
  const operators: Record<string, (a: number, b: number) => number | undefined> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => (b === 0 ? undefined : a / b),
    ">": (a, b) => Number(a > b),
    "<": (a, b) => Number(a < b),
    ">=": (a, b) => Number(a >= b),
    "<=": (a, b) => Number(a <= b),
    AND: (a, b) => Number(a !== 0 && b !== 0),
    OR: (a, b) => Number(a !== 0 || b !== 0),
  };
  const binary = (a: Value, operator: string, b: Value): Value =>
    each((minute) => {
      const [left, right] = [at(single(a), minute), at(single(b), minute)];
      return left === undefined || right === undefined ? undefined : operators[operator]?.(left, right);
    });

  const list = (end: string): Value[] => {
    const found = [level(0)];
    while (tokens[next] === ",") {
      take();
      found.push(level(0));
    }
    take(end);
    return found;
  };
  const term = (): Value => {
    const token = take();
    if (/^\d/.test(token)) return Number(token);
    if (token === "(") {
      const [inner] = list(")");
      return inner ?? refuse("Nothing is in brackets");
    }
    if (token === "[") return list("]").map((value) => each((minute) => at(single(value), minute)));
    if (tokens[next] !== "(") return metrics[token] ?? refuse(`${token} is no metric`);
    take("(");
    return (functions[token] ?? refuse(`${token} is no function`))(...list(")"));
  };
  /** Operators from the lowest to the highest precedence. */
  const levels = [["OR"], ["AND"], [">", "<", ">=", "<="], ["+", "-"], ["*", "/"]];
  const level = (depth: number): Value => {
    const own = levels[depth];
    if (!own) return term();
    let left = level(depth + 1);
    while (own.includes(tokens[next] ?? "")) left = binary(left, take(), level(depth + 1));
    return left;
  };

  const value = single(level(0));
  if (next < tokens.length) refuse(`${tokens[next]} follows what is complete`);
  return each((minute) => at(value, minute));
};
