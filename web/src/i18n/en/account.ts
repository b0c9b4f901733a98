import { plural } from "./count.ts";

const sign = {
  inTitle: "Sign in",
  upTitle: "Create an account",
  why: "You need an account so that your place and your tickets stay yours, on any device.",
  email: "E-mail",
  password: "Password",
  passwordHint: "At least 8 characters. A sentence is easy to remember.",
  name: "Name",
  show: "Show password",
  signIn: "Sign in",
  signUp: "Create account",
  toUp: "New here? Create an account",
  toIn: "Have an account? Sign in",
  forgotten: "Forgot your password?",
  or: "or",
  byPassword: "Sign in with a password",
  byCode: "Sign in with a code by e-mail",
  byPasskey: "Sign in with a passkey",
  upByPasskey: "Create account with a passkey",
  upByPassword: "Create account with a password",
  upByPasskeyHint: "With a passkey you sign in by fingerprint, face or screen lock, without a password.",
};

const code = {
  send: "Send me a code",
  label: "Code",
  hint: "Eight digits",
  form: "The code has eight digits.",
  sent: (email: string) => `We have sent a code to ${email}.`,
  sentMaybe: (email: string) => `If there is an account with ${email}, we have sent a code there.`,
  valid: (minutes: number, time: string) => `The code is valid for ${plural(minutes, "minute")}, until ${time}.`,
  spam: "If it does not arrive, look in your spam folder. If somebody else has asked for too many codes, follow the link “This was not me” in one of our e-mails: you can sign in there.",
  other: "Use another address",
  again: "Send a new code",
  againIn: (seconds: number) => `Send a new code (in ${seconds} s)`,
  resent: "We have sent a new code.",
  keepTitle: "Stay signed in on other devices",
  keepText:
    "Is this your first code for this address? Then the password and passkeys of the account are removed and other devices are signed out, in case somebody else has signed up with your address. If you enter your current password too, they all stay.",
  keepPassword: "Current password (optional)",
};

const forgotten = {
  title: "New password",
  lead: "We send a code to your address. With it you set a new password.",
  password: "New password",
  save: "Set password and sign in",
  ends: "All devices are signed out.",
};

const prove = {
  plain: "Your address is not confirmed yet. We send you a code, and you enter it here.",
  confirm: "Confirm",
};

const disown = {
  title: "This was not me",
  code: "Somebody has asked for a code with your address. If you continue, that code becomes invalid. Nothing else changes.",
  credentials:
    "If you continue, the password and all passkeys of the account are removed, and every device is signed out. Your tickets and your wallet stay. After that you sign in with a code that we send to your address, and set a new password.",
  address:
    "If you continue, the account gets its previous address back, its password and all passkeys are removed, and every device is signed out. Your tickets and your wallet stay. After that you sign in with a code that we send to your previous address, and set a new password.",
  go: "This was not me",
  codeDone:
    "The code is no longer valid. If somebody keeps you from signing in, you can sign in here. If you have given the code to somebody before, also set a new password on the next page: your other devices are signed out.",
  done: "Every device is signed out, and the old password and passkeys no longer work. Sign in with a code, and set a new password on the next page.",
};

const again = {
  title: "Please sign in once more",
  lead: "This change needs a sign-in of the last ten minutes. Then it continues by itself.",
  cancel: "Cancel",
};

const profile = {
  title: "Account",
  you: "You",
  language: "Language of our e-mails",
  save: "Save",
  saved: "Saved.",
  address: "E-mail address",
  confirmed: "confirmed",
  unconfirmed: "not confirmed",
  change: "Change the address",
  newAddress: "New e-mail address",
  changeHint: "We send a code to the new address. The previous address can undo the change for seven days.",
  use: "Use this address",
  changed: "Your address is changed.",
};

const ways = {
  password: "Password",
  current: "Current password",
  currentHint: "Leave it empty if you have none or have forgotten it. You then sign in once more.",
  next: "New password",
  set: "Set password",
  passwordSet: "Your password is changed. Your other devices are signed out.",
  passkeys: "Passkeys",
  passkeysText: "A passkey lets you sign in by fingerprint, face or screen lock.",
  none: "You have no passkey.",
  made: (when: string) => `Added ${when}`,
  used: (when: string) => `last used ${when}`,
  passkeyName: "Name of the passkey",
  passkeyNameHint: "To tell your passkeys apart, for example “My phone”.",
  add: "Add a passkey",
  remove: "Remove",
  removeAsk: (name: string) => `Remove the passkey “${name}”? You can no longer sign in with it.`,
  keep: "Keep it",
  unsupported: "This browser has no passkeys.",
};

const sessions = {
  title: "Where you are signed in",
  here: "this device",
  since: (when: string) => `Signed in ${when}`,
  used: (when: string) => `last used ${when}`,
  by: { password: "by password", code: "by code", passkey: "by passkey" },
  end: "Sign out",
  endOthers: "Sign out all other devices",
  endAsk: "Sign out all other devices? Their places in a line are kept.",
  stay: "Cancel",
  unknown: "Unknown device",
  on: (browser: string, system: string) => `${browser} on ${system}`,
};

const leave = {
  data: "Your data",
  dataText: "Everything that is stored about you, as one file. Secrets such as passwords are left out.",
  save: "Save my data",
  title: "Close the account",
  effects: [
    "The account is closed at once, and all devices are signed out. This cannot be undone.",
    "Your data is erased within an hour. What the law makes us keep about purchases is kept encrypted, for as long as the law says.",
    "Tickets that you have bought stay valid. Save their e-mails: you can no longer open them here.",
  ],
  balance: (amount: string) => `Your wallet has ${amount}. Have it paid back to your card, or give it up.`,
  payBack: "Pay it back to my card",
  paidBack: (amount: string) =>
    `${amount} is on its way to your card. This takes some minutes. After that you can close the account.`,
  nothingBack: "Nothing could be paid back: these points were not charged by card, or the card takes no refund.",
  forfeit: (amount: string) => `I give up ${amount}`,
  order: "Order",
  charge: "Charge",
  ask: "Close the account for good?",
  close: "Close my account",
  stay: "Keep it",
  closedTitle: "Your account is closed",
  closed: "All devices are signed out, and your data is erased within an hour. Thank you for having been here.",
};

export const en = { sign, code, forgotten, prove, disown, again, profile, ways, sessions, leave };

export type AccountWords = typeof en;
