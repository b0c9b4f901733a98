/**
 * How long AWS's services are waited for, ms. They answer in tens of them: what takes longer went to a connection that has died
 * without a word, and the SDK asks again on another. Its own default is to wait for ever, which would cost the whole invocation.
 */
export const patience = { connectionTimeout: 4_000, requestTimeout: 4_000, throwOnRequestTimeout: true };
