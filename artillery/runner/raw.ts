/**
 * Measures the DynamoDB engine alone, so that a report can say if the engine limited the run: a hold's transaction (basket, order,
 * two seats) without the product, on tables of the run's own event.
 */
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "../../core/lib/dynamo.ts";

const AT_ONCE = 32;

const transaction = (n: string) => {
  const put = (TableName: string, pk: string, sk: string) => ({
    Put: { TableName, Item: { pk, sk, filler: "x".repeat(200) }, ConditionExpression: "attribute_not_exists(pk)" },
  });
  const user = `RAW#${n}`;
  return new TransactWriteCommand({
    TransactItems: [
      put(table("Orders"), user, "RAWBASKET"),
      put(table("Orders"), user, "RAWORDER"),
      put(table("Seats"), `raw#${n}`, "1"),
      put(table("Seats"), `raw#${n}`, "2"),
    ],
  });
};

/** Transactions of four items a second, over `seconds`. */
export const rawRate = async (seconds: number): Promise<number> => {
  const run = `${process.pid}-${performance.now()}`;
  let done = 0;
  const lane = async (lane: number, until: number) => {
    for (let n = 0; performance.now() < until; n++) {
      await db().send(transaction(`${run}-${lane}-${n}`));
      done++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => lane(n, performance.now() + 500))); // warm
  done = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => lane(n + AT_ONCE, began + seconds * 1000)));
  return Math.round((1000 * done) / (performance.now() - began));
};
