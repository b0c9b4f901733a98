/** An export as one file: its pages are read one after another, and joined in the browser. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "../../../client/routes.ts";
import { api } from "../api/client.ts";
import { serverNow } from "../api/clock.ts";

const route = "GET /v1/admin/events/{eventId}/exports/{kind}";
type Wanted = { eventId: string; kind: string };

/** What is read so far. `lines` are those below the header. */
type Part = { blobs: Blob[]; lines: number; cursor?: string | undefined };

/** Spreadsheets recognise UTF-8 by this mark. It is on the first page, but a browser takes it off the text of an answer. */
const mark = "\uFEFF";

/** Line ends outside quotes: the text of a field may have some. */
const linesOf = (csv: Answer<typeof route>): number =>
  csv.split('"').reduce((sum, text, at) => sum + (at % 2 === 0 ? text.split("\r\n").length - 1 : 0), 0);

const readOn = async ({ eventId, kind }: Wanted, { blobs, lines, cursor }: Part): Promise<Part> => {
  const { body = "", headers } = await api.reply(route, { params: { eventId, kind }, query: { cursor } });
  return {
    blobs: [...blobs, new Blob([body])],
    lines: lines + linesOf(body),
    cursor: headers.get("onsale-next") ?? undefined,
  };
};

const save = ({ eventId, kind }: Wanted, blobs: Blob[]): void => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(blobs, { type: "text/csv;charset=utf-8" }));
  link.download = `${kind}-${eventId}-${new Date(serverNow()).toISOString().slice(0, 10)}.csv`;
  link.click();
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

type State = { part: Part; busy: boolean; error?: unknown };

/** `start` reads the whole file, and saves it. After an error `retry` goes on with the page that failed. */
export const useExport = (wanted: Wanted) => {
  const [state, set] = useState<State>();
  const run = useRef(0);
  const stop = () => {
    run.current++;
  };
  useEffect(() => stop, []);
  const read = async (from: Part) => {
    const mine = ++run.current; // an answer that comes after a stop is dropped
    let part = from;
    try {
      do {
        set({ part, busy: true });
        part = await readOn(wanted, part);
        if (run.current !== mine) return;
      } while (part.cursor !== undefined);
      save(wanted, part.blobs);
      set({ part, busy: false });
    } catch (error) {
      if (run.current === mine) set({ part, busy: false, error });
    }
  };
  return {
    state,
    start: () => read({ blobs: [new Blob([mark])], lines: -1 }),
    retry: () => state && read(state.part),
    cancel: () => {
      stop();
      set(undefined);
    },
  };
};
