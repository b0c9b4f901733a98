/**
 * ms for which a connection to an AWS service may be silent. The services answer in tens of ms, so a silent connection is dead. The SDK
 * then retries on another one, and the 10 s of a request's function are enough for that. The SDK's own default is five minutes.
 * (`requestTimeout` is not used, because it includes the time that a request waits in the client.) Emulators on a busy machine may be
 * silent for longer without being dead, so the local runtime sets `ONSALE_SOCKET_TIMEOUT_MS`.
 */
export const socketTimeout = () => ({ socketTimeout: Number(process.env.ONSALE_SOCKET_TIMEOUT_MS ?? 5_000) });
