const KEY = "onsale:theme";
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const chosenTheme = (): Theme => {
  const kept = localStorage.getItem(KEY);
  return themes.find((theme) => theme === kept) ?? "auto";
};

export const setTheme = (theme: Theme): void => {
  localStorage.setItem(KEY, theme);
  showTheme();
};

/** Marks the document with the chosen theme; canvases listen for `onsale:theme`. */
export const showTheme = (): void => {
  const theme = chosenTheme();
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event("onsale:theme"));
};
