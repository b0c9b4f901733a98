/** The contract of payment gateways, over the sandbox's wire. */
import { sandbox } from "#tests/contract/gateway.ts";
import { contract, fixture } from "#tests/contract/payments.ts";

contract(fixture(sandbox), [
  "approved",
  "declined",
  "unknown",
  "silentBefore",
  "silentAfter",
  "laterApproved",
  "laterDeclined",
  "webhookEarly",
  "webhookTwice",
  "captureExpired",
  "refundFails",
]);
