/** `npm run export`: an event's orders, tickets, payments or check-ins as one CSV file. */
import { isKind, kinds } from "#core/export/schema.ts";
import { pattern } from "#core/lib/id-form.ts";
import { command, Mistake, WHERE } from "./command.ts";

const HELP = `Writes what an event has sold as CSV to the standard output. The event's log gets an entry. See docs/organisers.md.

  npm run --silent export -- --event EVENT --kind KIND [options] > file.csv

  --event EVENT  its id, evt_…
  --kind KIND    ${kinds.join(", ")}
${WHERE}
  --help        this text
`;

await command({
  help: HELP,
  options: { event: { type: "string" }, kind: { type: "string" } },
  check: ({ event, kind }) => {
    if (!pattern("evt").test(String(event))) throw new Mistake("--event is the id of an event, evt_….");
    if (!isKind(String(kind))) throw new Mistake(`--kind is one of ${kinds.join(", ")}.`);
  },
  run: async ({ event, kind }) => {
    const Catalog = await import("#core/catalog/index.ts");
    const { now } = await import("#core/lib/clock.ts");
    const Export = await import("#core/export/index.ts");
    const asked = { eventId: String(event), kind: String(kind), by: "operator" };
    if (!(await Catalog.find(asked.eventId))) throw new Mistake(`There is no event ${asked.eventId}.`);
    for (let cursor: string | undefined; ; ) {
      const page = await Export.page({ ...asked, cursor, now: now() });
      process.stdout.write(page.csv);
      if (page.next === null) return 0;
      cursor = page.next;
    }
  },
});
