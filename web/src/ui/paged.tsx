/** A list of the API, page by page: the next one stands below when it is asked for. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { w } from "../i18n/index.ts";
import { useQuery } from "../query.ts";
import { Button, Failure, Skeleton } from "./index.tsx";

type Page<T> = { items: T[]; next: string | null };

type Props<T> = {
  /** The read of a page; the first one without a cursor. */
  read: (cursor?: string) => { queryKey: readonly unknown[]; queryFn: () => Promise<Page<T>> };
  cursor?: string;
  class: string | undefined;
  row: (item: T) => ComponentChildren;
  /** Instead of a list without anything in it. */
  empty: ComponentChildren;
  /** Of what stands there until it is read. */
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
