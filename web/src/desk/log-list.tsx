/** The entries of a log, of an event or an organisation, newest first. */
import type { LogEntry } from "../../../client/shapes.ts";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { Paged } from "../ui/paged.tsx";
import css from "./desk.module.css";
import { actionOf, authorOf, linesOf } from "./log-words.ts";

type Page = { items: LogEntry[]; next?: string | null };
type Props = {
  read: (cursor?: string) => { queryKey: readonly unknown[]; queryFn: () => Promise<Page> };
  /** Of the amounts. An organisation's log has none. */
  currency: string;
  /** What is shown instead of the id of what was changed. */
  names?: Record<string, string | undefined>;
};

const Entry = ({ entry, currency, names = {} }: Omit<Props, "read"> & { entry: LogEntry }) => (
  <li key={entry.logId}>
    <div class="spread">
      <h2 class={css.entry}>{actionOf(entry)}</h2>
      <time class="note soft number" dateTime={entry.at}>
        {date(entry.at, "year")}
      </time>
    </div>
    <p class="note soft">{authorOf(entry)}</p>
    {entry.subject && entry.subject !== entry.by && (
      <p class="note">{names[entry.subject] ?? <span class="mono">{entry.subject}</span>}</p>
    )}
    {linesOf(entry, { currency }).map((line) => (
      <p class="note" key={line}>
        {line}
      </p>
    ))}
  </li>
);

export const LogList = ({ read, ...shown }: Props) => (
  <Paged
    read={read}
    class={css.list}
    row={(entry) => <Entry entry={entry} {...shown} />}
    empty={<p>{d.log.none}</p>}
    height="16rem"
  />
);
