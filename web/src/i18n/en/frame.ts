/** The frame of every page, and the words that several pages share. */

export const nav = {
  skip: "Skip to the content",
  main: "Main",
  events: "Events",
  orders: "My tickets",
  wallet: "Wallet",
  desk: "Organiser",
  api: "API",
  account: "Account",
  menu: "Menu",
  signIn: "Sign in",
  signOut: "Sign out",
  language: "한국어",
  theme: "Appearance",
  themes: { auto: "As the system", light: "Light", dark: "Dark" },
  back: "Back",
  foot: "Sold in a fair order. Every draw can be checked.",
};

export const app = {
  loading: "Loading",
  slow: "This takes longer than usual. We are still trying.",
  offline: "You seem to be offline, so this page may be out of date. It continues when you are connected again.",
  online: "You are connected again.",
  retry: "Try again",
  brokenTitle: "This page did not load",
  broken: "The connection broke while the page was loading.",
  lostTitle: "Page not found",
  lost: "The address may be mistyped, or the page no longer exists.",
  home: "All events",
  close: "Close",
  more: "Show more",
  copied: "Copied",
};

export const kind = { concert: "Concert", match: "Match", theatre: "Theatre", flight: "Flight", club: "Club" };

export const status = {
  draft: "Draft",
  scheduled: "Opens soon",
  onsale: "On sale",
  paused: "Paused",
  closed: "Sale over",
  soldout: "Sold out",
  cancelled: "Cancelled",
};

export const field = {
  required: "Please fill this in.",
  email: "This is not an e-mail address.",
  short: "At least 8 characters.",
};
