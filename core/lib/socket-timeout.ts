/**
 * How long a connection to AWS's services may be silent, ms. They answer in tens of them: one that is silent for so long has died
 * without a word, and the SDK asks again on another, while the 10 s of a request's function still have time for that. Its own default
 * is five minutes. (Not `requestTimeout`, which also counts what a request waits for its turn.) Emulators on a busy machine may be
 * silent for longer without being dead: the local runtime sets `ONSALE_SOCKET_TIMEOUT_MS`.
 */
export const socketTimeout = () => ({ socketTimeout: Number(process.env.ONSALE_SOCKET_TIMEOUT_MS ?? 5_000) });
