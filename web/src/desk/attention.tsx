/** What needs a person, with the page where it is done. */
import type { Answer } from "../../../client/routes.ts";
import { serverNow } from "../api/clock.ts";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Link } from "../router.tsx";
import { Failure, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import * as Events from "./event-reads.ts";

type Item = Answer<"GET /v1/admin/attention">["items"][number];

const pages: Record<Item["reason"], string> = {
  draft_soon: "",
  paused: "",
  cancelling: "/cancel",
  refunds: "/orders?status=refunding",
};

const textOf = ({ reason, salesOpenAt, count = 0 }: Item): string => {
  const { reasons } = d.overview;
  if (reason === "draft_soon")
    return (Date.parse(salesOpenAt) > serverNow() ? reasons.draft_soon : reasons.draft_late)(date(salesOpenAt));
  return reason === "refunds" ? reasons.refunds(count) : reasons[reason];
};

export const Attention = () => {
  const attention = useQuery({ ...Events.attention(), refetchInterval: 30_000 });
  if (attention.isError && !attention.data)
    return <Failure error={attention.error} retry={() => attention.refetch()} />;
  if (!attention.data) return <Skeleton height="3rem" />;
  const { items, more } = attention.data;
  return (
    <section class={css.attention} data-any={items.length > 0 || undefined}>
      <h2>{items.length > 0 ? d.overview.attention : d.overview.nothing}</h2>
      <ul class={css.list}>
        {items.map((item) => (
          <li key={`${item.eventId} ${item.reason}`}>
            <Link href={`/desk/events/${item.eventId}${pages[item.reason]}`}>{item.title}</Link>
            <p class="note">{textOf(item)}</p>
          </li>
        ))}
      </ul>
      {more && <p class="note soft">{d.overview.most}</p>}
    </section>
  );
};
