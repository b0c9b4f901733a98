import { a } from "../i18n/account.ts";

// The first match counts: Edge and Samsung's browser also name Chrome, and each of them names Safari.
const browsers = {
  Edge: /Edg/,
  Samsung: /SamsungBrowser/,
  Firefox: /Firefox|FxiOS/,
  Chrome: /Chrome|CriOS/,
  Safari: /Safari/,
};
const systems = {
  iPhone: /iPhone/,
  iPad: /iPad/,
  Android: /Android/,
  Windows: /Windows/,
  Mac: /Macintosh/,
  Linux: /Linux/,
};

const found = (names: Record<string, RegExp>, agent: string) =>
  Object.entries(names).find(([, pattern]) => pattern.test(agent))?.[0];

/** A device by its User-Agent, as its owner knows it. */
export const deviceName = (agent: string): string => {
  const [browser, system] = [found(browsers, agent), found(systems, agent)];
  if (browser && system) return a.sessions.on(browser, system);
  return browser ?? system ?? (agent.slice(0, 40) || a.sessions.unknown);
};
