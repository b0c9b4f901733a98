/** The contract of payment gateways, over the sandbox's wire. */

import { everythingAgrees, fixture } from "#tests/integration/gateway/contract/fixture.ts";
import { sandbox } from "#tests/integration/gateway/contract/gateway.ts";
import { contract } from "#tests/integration/gateway/contract/payments.ts";

const given = fixture(sandbox);

contract(given, [
  ...(["approved", "declined", "unknown", "silentBefore", "silentAfter", "laterApproved", "laterDeclined"] as const),
  ...(["webhookEarly", "webhookTwice", "captureExpired", "refundFails"] as const),
]);

everythingAgrees(given);
