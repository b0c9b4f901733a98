/** Shifting a stage's traffic to the versions that a deployment has published: a little first, all if no alarm rings, else none. */
import { type Alarm, alarms } from "#core/contract/alarms.ts";
import { serviceNames } from "#core/contract/services.ts";

/** Runs the AWS CLI and answers what it printed, parsed. */
export type Cli = (...args: string[]) => Promise<unknown>;

export type Plan = {
  stage: string;
  /** Part of the traffic that goes first, 1–50. */
  percent: number;
  minutes: number;
  /** Alarms that ring before the release do not stop it, because it may fix their cause. An alarm that begins to ring still rolls it back. */
  force?: boolean;
  /** All traffic goes at once, and nothing is watched. */
  now?: boolean;
  aws: Cli;
  sleep: (ms: number) => Promise<void>;
  say: (line: string) => void;
};

type Shift = { name: string; from: string; to: string };

/** The greatest number: AWS promises no order, and `$LATEST` is no version. */
const newest = async (aws: Cli, name: string): Promise<string> => {
  const query = "Versions[].Version";
  const versions = (await aws(
    "lambda",
    "list-versions-by-function",
    "--function-name",
    name,
    "--query",
    query,
  )) as string[];
  return String(Math.max(...versions.filter((version) => /^\d+$/.test(version)).map(Number)));
};

/** The functions whose alias is behind what was published last. */
export const pending = async ({ stage, aws }: Pick<Plan, "stage" | "aws">): Promise<Shift[]> => {
  const names = serviceNames.map((service) => `onsale-${stage}-${service}`);
  const all = await Promise.all(
    names.map(async (name) => {
      const from = String(
        await aws("lambda", "get-alias", "--function-name", name, "--name", "live", "--query", "FunctionVersion"),
      );
      return { name, from, to: await newest(aws, name) };
    }),
  );
  return all.filter(({ from, to }) => from !== to);
};

const route = (aws: Cli, { name }: Shift, version: string, weights: Record<string, number>) =>
  aws(
    ...["lambda", "update-alias", "--function-name", name, "--name", "live", "--function-version", version],
    ...["--routing-config", JSON.stringify({ AdditionalVersionWeights: weights })],
  );

/** The alarms of this stage that ring and that stop a release (`stopsRelease`). */
const ringing = async ({ stage, aws }: Plan): Promise<string[]> => {
  const prefix = `onsale-${stage}-`;
  const names = (await aws(
    ...["cloudwatch", "describe-alarms", "--alarm-name-prefix", prefix, "--state-value", "ALARM"],
    ...["--query", "MetricAlarms[].AlarmName"],
  )) as string[];
  // the prefix also finds alarms of a stage whose name begins with this one's
  const own: Record<string, Alarm> = alarms;
  return names.filter((name) => own[name.slice(prefix.length)]?.stopsRelease);
};

/**
 * Answers whether all traffic is on the new versions. An alarm with `stopsRelease` that rings takes everything back; one that rang
 * before does so, too, unless the release is forced.
 */
export const shift = async (plan: Plan): Promise<boolean> => {
  const { aws, percent, minutes, force, now, sleep, say } = plan;
  const shifts = await pending(plan);
  if (shifts.length === 0) {
    say("Every function is on its newest version.");
    return true;
  }
  const back = async (why: string) => {
    await Promise.all(shifts.map((one) => route(aws, one, one.from, {})));
    say(why);
    return false;
  };
  const forward = async () => {
    await Promise.all(shifts.map((one) => route(aws, one, one.to, {})));
    say("All traffic is on the new versions.");
    return true;
  };
  const before = await ringing(plan);
  // takes back what a release that was stopped in the middle has left
  if (before.length > 0 && !force)
    return back(`Not begun: ${before.join(", ")} rings. All traffic is on the versions before; --force begins anyway.`);
  if (now) return forward();
  await Promise.all(shifts.map((one) => route(aws, one, one.from, { [one.to]: percent / 100 })));
  say(`${percent} % of ${shifts.map(({ name, from, to }) => `${name} ${from} → ${to}`).join(", ")}`);
  for (let minute = 0; minute < minutes; minute++) {
    await sleep(60_000);
    const since = (await ringing(plan)).filter((alarm) => !before.includes(alarm));
    if (since.length > 0) return back(`Taken back: ${since.join(", ")} rang.`);
  }
  return forward();
};
