/** A list of the API, page by page: a button adds the next page below. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Button, Failure, Skeleton } from "./index.tsx";

type Page<T> = { items: T[]; next?: string | null };

type Props<T> = {
  /** Reads a page; the first one has no cursor. */
  read: (cursor?: string) => { queryKey: readonly unknown[]; queryFn: () => Promise<Page<T>> };
  cursor?: string;
  class: string | undefined;
  row: (item: T) => ComponentChildren;
  /** Shown instead of an empty list. */
  empty: ComponentChildren;
  /** Shown until the list is loaded. */
  height: string;
};

export const Paged = <T,>(props: Props<T>) => {
  const { read, cursor, row, empty, height } = props;
  const list = useQuery<Page<T>>(read(cursor));
  const [more, setMore] = useState(false);
  if (list.isError && !list.data) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (!list.data) return <Skeleton height={height} />;
  const { items, next } = list.data;
  if (items.length === 0 && !cursor) return <>{empty}</>;
  return (
    <>
      <ul class={props.class}>{items.map(row)}</ul>
      {next && more && <Paged {...props} cursor={next} />}
      {next && !more && (
        <div>
          <Button look="quiet" onClick={() => setMore(true)}>
            {w.app.more}
          </Button>
        </div>
      )}
    </>
  );
};
