/** In which organisation an event is made. Shown only if the caller may make events in several. */
import { d } from "../i18n/desk.ts";
import { useQuery } from "../query.ts";
import { Select } from "../ui/index.tsx";
import * as People from "./people-reads.ts";

export const OrganisationChoice = ({ value, onChoose }: { value: string; onChoose: (id: string) => void }) => {
  const managed = (useQuery(People.organisations()).data?.items ?? []).filter(({ role }) =>
    People.atLeast(role, "manager"),
  );
  if (managed.length < 2) return null;
  return (
    <Select
      label={d.people.organisation}
      required
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{d.people.choose}</option>
      {managed.map(({ organisationId, name }) => (
        <option key={organisationId} value={organisationId}>
          {name}
        </option>
      ))}
    </Select>
  );
};
