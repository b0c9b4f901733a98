/** Breakages of the devices at an entrance: their passes, their signatures, their event and their end. */
import type { Mutation } from "./mutation.ts";

const index = "core/device/index.ts";
const check = "core/device/check.ts";
const tests = "tests/integration/device/device.test.ts";
const proofs = "a proof that this device did not sign";

export const devices: Mutation[] = [
  {
    promise: "a pass is claimed by one device",
    file: index,
    text: "secret = :secret AND attribute_not_exists(publicKey) AND claimUntil > :now",
    becomes: "secret = :secret AND claimUntil > :now",
    tests,
    name: "of twenty devices that claim a pass at once",
  },
  {
    promise: "a pass of 15 minutes ago is claimed by nobody",
    file: index,
    text: "attribute_not_exists(publicKey) AND claimUntil > :now",
    becomes: "attribute_not_exists(publicKey) AND claimUntil >= :now",
    tests,
    name: "a pass that is 15 minutes old",
  },
  {
    promise: "a pass is not claimed without its secret",
    edits: [
      { file: index, text: "secret = :secret AND attribute_not_exists", becomes: "attribute_not_exists" },
      { file: index, text: "item?.secret !== secret || ", becomes: "!item || " },
      { file: index, text: '":key": publicKey, ":secret": secret, ', becomes: '":key": publicKey, ' },
    ],
    tests,
    name: "a pass that is 15 minutes old",
  },
  {
    promise: "a device signs the method of its request",
    file: check,
    text: "payload.htm === method && ",
    becomes: "",
    tests,
    name: proofs,
  },
  {
    promise: "a device signs the path of its request",
    file: check,
    text: " && payload.htu === path",
    becomes: "",
    tests,
    name: proofs,
  },
  {
    promise: "a device's signature is old after a minute",
    file: check,
    text: "      maxTokenAge: validSeconds,\n",
    becomes: "",
    tests,
    name: proofs,
  },
  {
    promise: "a device's signature has an expiry",
    file: check,
    text: '["iat", "exp"]',
    becomes: '["iat"]',
    tests,
    name: proofs,
  },
  {
    promise: "a request counts only with the device's signature",
    file: check,
    text: "if (!(await isSigned(sent, publicKey, now))) throw Unauthorized();",
    becomes: "",
    tests,
    name: proofs,
  },
  {
    promise: "a device ends with its event",
    file: check,
    text: " || now > event.startsAt + openAfterStartMs",
    becomes: "",
    tests,
    name: "a device ends a day after",
  },
  {
    promise: "a device ends with the cancellation of its event",
    file: check,
    text: " || event.cancelled",
    becomes: "",
    tests,
    name: "a device ends a day after",
  },
  {
    promise: "a device has its own event only",
    file: "core/organisation/authorise.ts",
    text: "one.eventId === undefined || one.eventId === eventId",
    becomes: "one.organisationId !== eventId",
    tests,
    name: "a device at another event's entrance",
  },
  {
    promise: "an event has a hundred devices at most",
    file: index,
    text: "length >= maxDevices",
    becomes: "length > maxDevices",
    tests,
    name: "an event has at most a hundred devices",
  },
  {
    promise: "a device calls only an entrance's routes",
    file: "functions/http/service.ts",
    text: "opensToDevices(route) ? Request.deviceProof(headers) : undefined",
    becomes: "Request.deviceProof(headers)",
    tests: "tests/adversary/role-matrix.test.ts",
    name: "no device may call it",
  },
];
