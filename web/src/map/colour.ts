/** Colours for a canvas: the design's tokens resolved for the present theme, and mixed colours. */
export type Colours = Record<"paper" | "ink" | "soft" | "line" | "strong" | "signal" | "raised", string>;

const known = new Map<string, [number, number, number]>();
let scratch: CanvasRenderingContext2D | null = null;

/** Red, green and blue of a CSS colour; grey if it is invalid. */
const parts = (colour: string): [number, number, number] => {
  const found = known.get(colour);
  if (found) return found;
  scratch ??= document.createElement("canvas").getContext("2d");
  if (scratch) {
    scratch.fillStyle = "#888888";
    scratch.fillStyle = colour;
  }
  const hex = /^#(..)(..)(..)$/.exec(String(scratch?.fillStyle));
  const rgb = (hex ? hex.slice(1).map((part) => Number.parseInt(part, 16)) : [136, 136, 136]) as [
    number,
    number,
    number,
  ];
  known.set(colour, rgb);
  return rgb;
};

export const mix = (colour: string, background: string, share: number): string => {
  const [a, b] = [parts(colour), parts(background)];
  return `rgb(${a.map((part, at) => Math.round(part * share + (b[at] ?? 0) * (1 - share))).join(" ")})`;
};

/** Black or white, whichever has more contrast on a colour. */
export const inkOn = (colour: string): string => {
  const [red, green, blue] = parts(colour);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#111" : "#fff";
};

const tokens: Record<keyof Colours, string> = {
  paper: "--paper",
  raised: "--raised",
  ink: "--ink",
  soft: "--ink-soft",
  line: "--line",
  strong: "--line-strong",
  signal: "--signal",
};

/** The tokens of the present theme. They are read from an element, because a custom property does not resolve by itself. */
export const themeColours = (inside: HTMLElement): Colours => {
  const probe = document.createElement("i");
  probe.style.transition = "none"; // otherwise the first frame of a transition would be read
  inside.append(probe);
  const read = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, read(token)])) as Colours;
  probe.remove();
  return colours;
};
