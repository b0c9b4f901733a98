/** Reads the claims of a signed token. Only the server can verify it. */
export const claims = <T>(token: string): T | undefined => {
  try {
    const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (char) => char.charCodeAt(0))));
  } catch {
    return undefined;
  }
};
