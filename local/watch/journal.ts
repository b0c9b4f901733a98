/**
 * CloudWatch's place: the handlers' output goes to a log file instead of the screen, and its metric lines (EMF) are parsed and kept for
 * the last minutes.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { createWriteStream, existsSync, renameSync, statSync } from "node:fs";

export type Metric = {
  /** Epoch ms. */
  at: number;
  service: string;
  name: string;
  unit: string;
  /** Each value that was added. */
  values: number[];
};

export type Journal = {
  /** The metrics of the last minutes, oldest first. */
  recent(): Metric[];
  close(): Promise<void>;
};

const KEEP_MS = 15 * 60_000;
const ROTATE = 50 * 1024 * 1024;

/**
 * Takes over the process's standard output and error. `service` returns the service that is writing: on AWS each function has the name in
 * its environment, here all functions share one process.
 */
export const openJournal = (file: string, service: () => string | undefined = () => undefined): Journal => {
  if (existsSync(file) && statSync(file).size > ROTATE) renameSync(file, `${file}.1`);
  const log = createWriteStream(file, { flags: "a" });
  const kept: Metric[] = [];
  let forgotten = 0;

  const take = (written: string) => {
    const text = written.replace('"service":"onsale"', () => `"service":"${service() ?? "onsale"}"`);
    log.write(text);
    if (!text.includes('"_aws"')) return;
    for (const line of text.split("\n")) if (line.includes('"_aws"')) kept.push(...metricsOf(line));
    const oldest = Date.now() - KEEP_MS;
    while (forgotten < kept.length && (kept[forgotten]?.at ?? 0) < oldest) forgotten++;
    if (forgotten < 10_000) return;
    kept.splice(0, forgotten); // in large pieces, because each removal copies the rest
    forgotten = 0;
  };
  const write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    take(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") done();
    return true;
  }) as typeof process.stdout.write;
  process.stdout.write = write;
  process.stderr.write = write;

  return {
    recent: () => {
      const oldest = Date.now() - KEEP_MS;
      return kept.filter((metric) => metric.at >= oldest);
    },
    close: () => new Promise((resolve) => log.end(resolve)),
  };
};

type Emf = {
  _aws: { Timestamp: number; CloudWatchMetrics: { Metrics: { Name: string; Unit?: string }[] }[] };
} & Record<string, unknown>;

/** The metrics of one line; none if it is not EMF. */
export const metricsOf = (line: string): Metric[] => {
  try {
    const emf = JSON.parse(line) as Emf;
    return emf._aws.CloudWatchMetrics.flatMap(({ Metrics }) =>
      Metrics.map(({ Name, Unit = "None" }) => ({
        at: emf._aws.Timestamp,
        service: String(emf.service ?? ""),
        name: Name,
        unit: Unit,
        values: [emf[Name]].flat().filter((value) => typeof value === "number"),
      })),
    );
  } catch {
    return [];
  }
};
