/** A stage with faults for the tests of one file: each test begins without any. */
import { afterAll, afterEach, inject } from "vitest";
import { shop } from "../shop.ts";
import { install } from "./index.ts";

export const faultsOfFile = async () => {
  const faults = await install(inject("engines"));
  afterEach(() => faults.off());
  afterAll(() => faults.stop());
  return { faults, stage: faults.stage, steps: shop(faults.stage) };
};
