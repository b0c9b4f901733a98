/** An event's taken seats, page by page through its sections. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { db, table } from "#core/lib/dynamo.ts";
import type { Section } from "./schema.ts";
import { sectionKey, type TakenSeat, toTakenSeat } from "./seat.table.ts";

/** A place in that order: after this seat of the section, or before its first one. The seat itself may be free by now. */
export type SeatPosition = { section: string; seat?: string | undefined };

type Wanted = {
  event: { eventId: string; sections: Pick<Section, "sectionId">[] };
  after?: SeatPosition | undefined;
  limit: number;
};

/** Up to `limit` taken seats, as last written, and the position of the next page; undefined after the last one. */
export const seatPage = async ({ event: { eventId, sections }, after, limit }: Wanted) => {
  const seats: TakenSeat[] = [];
  let next: SeatPosition | undefined = after ?? first(sections, 0);
  while (next && seats.length < limit) {
    const { section, seat }: SeatPosition = next;
    const pk = sectionKey(eventId, section);
    const { Items = [], LastEvaluatedKey } = await db().send(
      new QueryCommand({
        TableName: table("Seats"),
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pk },
        ExclusiveStartKey: seat === undefined ? undefined : { pk, sk: seat },
        Limit: limit - seats.length,
        ConsistentRead: true,
      }),
    );
    seats.push(...Items.map(toTakenSeat));
    const at = sections.findIndex(({ sectionId }) => sectionId === section);
    next = LastEvaluatedKey ? { section, seat: LastEvaluatedKey.sk } : first(sections, at + 1);
  }
  return { seats, next };
};

const first = (sections: Wanted["event"]["sections"], n: number): SeatPosition | undefined =>
  sections[n] && { section: sections[n].sectionId };
