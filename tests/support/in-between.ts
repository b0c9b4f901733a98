/** Races, made to happen: what a test does right before a transaction that writes a certain item. */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, expect, vi } from "vitest";
import { db } from "#core/lib/dynamo.ts";

/** Does the given work once, right before the next transaction whose items have a key like this. Other tests' writes are left alone. */
export const inBetween = () => {
  let next: { key: RegExp; work: () => Promise<unknown> } | undefined;
  beforeAll(() => {
    const send = db().send.bind(db()) as (...args: unknown[]) => unknown;
    vi.spyOn(db(), "send").mockImplementation((async (...args: unknown[]) => {
      const [command] = args;
      const due = next;
      const written = command instanceof TransactWriteCommand ? (command.input.TransactItems ?? []) : [];
      const keys = written.flatMap(({ Put, Update, Delete }) => {
        const { pk, sk } = Put?.Item ?? Update?.Key ?? Delete?.Key ?? {};
        return `${pk}/${sk}`;
      });
      if (due && keys.some((one) => due.key.test(one))) {
        next = undefined;
        await due.work();
      }
      return send(...args);
    }) as never);
  });
  afterEach(() => expect(next, "the transaction did not come").toBeUndefined());
  return (key: RegExp, work: () => Promise<unknown>) => {
    next = { key, work };
  };
};
