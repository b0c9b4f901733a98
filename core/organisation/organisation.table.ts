/**
 * An organisation is one item of the Accounts table: its name, its members and its open invitations. `version` goes up with each write, and
 * each write has the version that it read as its condition. So of two changes at the same time one is written, and the other reads again.
 */
import type { Item, TransactItem } from "#core/lib/dynamo.ts";
import { table } from "#core/lib/dynamo.ts";
import type { Role } from "./schema.ts";

/** Times in epoch ms. */
export type Invitation = { email: string; role: Role; by: string; until: number; mailedAt?: number };
export type Organisation = {
  organisationId: string;
  name: string;
  /** By user id. */
  members: Record<string, { role: Role; since: number }>;
  /** By invitation id. */
  invitations: Record<string, Invitation>;
  version: number;
};

export const organisationKey = (organisationId: string) => ({
  pk: `ORGANISATION#${organisationId}`,
  sk: "ORGANISATION",
});
export const toOrganisation = ({ pk: _pk, sk: _sk, ...organisation }: Item): Organisation =>
  organisation as Organisation;

/** Writes it as the next version, if it is still at the version that was read. Version 0 is not written yet. */
export const put = ({ version, ...organisation }: Organisation): TransactItem => ({
  Put: {
    TableName: table("Accounts"),
    Item: { ...organisationKey(organisation.organisationId), ...organisation, version: version + 1 },
    ...(version === 0
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "version = :version", ExpressionAttributeValues: { ":version": version } }),
  },
});
