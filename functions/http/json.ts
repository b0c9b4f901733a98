/** Limits of a request's JSON. They are checked before parsing, because a parser uses memory for everything that it is given. */

/** A seating plan has nine levels. Editors' own fields may add a few. */
const maxDepth = 32;
/** A plan has at most 100,000 seats, each with two objects and about fifteen values. */
const maxContainers = 500_000;
const maxValues = 2_000_000;
/** Our largest object has 200 prices. */
const maxFields = 1_000;

/** The limit that these bytes exceed, as text, or undefined. It does not check that they are valid JSON; the parser does. */
export const excess = (bytes: Uint8Array): string | undefined => {
  const fields = new Uint16Array(maxDepth + 1); // of the object that is open at each depth
  let depth = 0;
  let containers = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case 0x22: // "
        for (at++; at < bytes.length && bytes[at] !== 0x22; at++) if (bytes[at] === 0x5c) at++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) return `is nested deeper than ${maxDepth} levels`;
        if (++containers > maxContainers) return `has more than ${maxContainers} lists and objects`;
        fields[depth] = 0;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        if (++values > maxValues) return `has more than ${maxValues} values`;
        break;
      case 0x3a: // :
        fields[depth]! += 1;
        if (fields[depth]! > maxFields) return `has an object of more than ${maxFields} fields`;
        break;
    }
  }
  return undefined;
};
