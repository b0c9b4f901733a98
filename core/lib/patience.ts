/**
 * How long AWS's services are waited for, ms. They answer in tens of them: what takes so long went to a connection that has died
 * without a word, and the SDK asks again on another, while the 10 s of a request's function still have time for that. Its own default
 * is to wait for ever.
 */
export const patience = { connectionTimeout: 6_000, requestTimeout: 6_000, throwOnRequestTimeout: true };
