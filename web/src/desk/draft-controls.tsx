/** A draft is published or deleted. */
import type { OrganiserEvent } from "../../../client/shapes.ts";
import { serverNow } from "../api/clock.ts";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { useAction } from "../query.ts";
import { go } from "../router.tsx";
import { AskFirst } from "../ui/ask.tsx";
import { Failure, Notice } from "../ui/index.tsx";
import * as Events from "./event-reads.ts";
import { Problems } from "./problems.tsx";

/** The question before an event is published. */
export const publishAsk = ({ title, salesOpenAt }: Pick<OrganiserEvent, "title" | "salesOpenAt">): string =>
  d.draft.publishAsk(
    title,
    Date.parse(salesOpenAt) <= serverNow() ? d.draft.opened : d.draft.at(date(salesOpenAt, "year")),
  );

export const DraftControls = ({ event }: { event: OrganiserEvent }) => {
  const { eventId, title } = event;
  const publishing = useAction(() => Events.publish(eventId));
  const removing = useAction(() => Events.remove(eventId));
  const publish = async () => {
    if (await publishing.run()) go(`/desk/events/${eventId}`);
  };
  const remove = async () => {
    if (await removing.run()) go("/desk", { replace: true });
  };
  return (
    <section class="stack">
      <Notice>{d.draft.is}</Notice>
      <div class="row">
        <AskFirst
          busy={publishing.busy}
          ask={publishAsk(event)}
          yes={d.draft.publish}
          no={d.draft.keep}
          onYes={publish}
        />
        <AskFirst
          look="danger"
          busy={removing.busy}
          ask={d.draft.removeAsk(title)}
          yes={d.draft.remove}
          no={d.draft.keep}
          onYes={remove}
        />
      </div>
      {publishing.error !== undefined && <Problems error={publishing.error} />}
      {removing.error !== undefined && <Failure error={removing.error} />}
    </section>
  );
};
