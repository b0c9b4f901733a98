/** Reads a record of the Orders stream. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import * as Order from "#core/order/index.ts";

/** The order as it was after the change; undefined for a basket or a check-in. */
export const orderIn = ({ dynamodb }: DynamoDBRecord): Order.Order | undefined => {
  const item = unmarshall((dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>);
  return Order.isOrder(item) ? Order.toOrder(item) : undefined;
};
