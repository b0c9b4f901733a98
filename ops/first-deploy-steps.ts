/** The steps of a first deployment, and what each step's output must contain. Pure: first-deploy-run.ts runs it. */
import { type AlarmName, alarms } from "#core/contract/alarms.ts";

/** What earlier steps have found. */
export type Found = {
  url?: string;
  /** The stage's accounts table. */
  accounts?: string;
  eventId?: string;
};

export type Step = {
  name: string;
  /** The steps that must have passed before it. */
  needs: readonly string[];
  /** The reason for which it is skipped. */
  skip?: string | undefined;
  command: (found: Found) => string[];
  /** What later steps need from its output. */
  learn?: (output: string) => Found;
  /** The fault in the output of a command that ended with 0. */
  fault?: (output: string) => string | undefined;
};

export type Options = {
  stage: string;
  /** The organiser's address; the password is in ONSALE_PASSWORD. */
  email: string;
  /** Wallets can be charged for nothing. The tour needs it, because it pays by points. */
  freeCharges: boolean;
};

const node = (script: string, ...args: string[]) => [process.execPath, `ops/${script}`, ...args];

const missingAlarms = (stage: string, output: string): string | undefined => {
  const there = new Set(JSON.parse(output) as string[]);
  const missing = (Object.keys(alarms) as AlarmName[]).filter((name) => !there.has(`onsale-${stage}-${name}`));
  return missing.length > 0 ? `missing: ${missing.join(", ")}` : undefined;
};

/** A value that `sst deploy` prints at its end. */
const printed = (output: string, name: "url" | "accounts"): string | undefined =>
  new RegExp(`^\\s*${name}:\\s*(\\S+?)/?\\s*$`, "m").exec(output)?.[1];

const ofDeployment = (output: string): Found => {
  const [url, accounts] = [printed(output, "url"), printed(output, "accounts")];
  return { ...(url && { url }), ...(accounts && { accounts }) };
};

const missingValues = (output: string): string | undefined => {
  const missing = (["url", "accounts"] as const).filter((name) => !printed(output, name));
  return missing.length > 0 ? `its output has no ${missing.join(" and no ")}` : undefined;
};

const eventIn = (output: string): string | undefined => /\bevt_\w+/.exec(output)?.[0];

/** In order. In production each deployment of a rotation is released before the next one, and the last one is forced. */
export const stepsOf = ({ stage, email, freeCharges }: Options): Step[] => {
  const sst = (...args: string[]) => ["npx", "sst", ...args, "--stage", stage];
  const release = (...args: string[]) => node("release.ts", "--stage", stage, ...args);
  const isProduction = stage === "production";
  const automatic = isProduction ? undefined : "a deployment shifts this stage's traffic automatically";

  const answers = (name: string, needs: readonly string[]): Step => ({
    name,
    needs: ["deploy", ...needs],
    command: ({ url = "" }) => [
      "curl",
      "--fail",
      "--silent",
      "--show-error",
      "--retry",
      "5",
      "--retry-all-errors",
      `${url}/v1/health`,
    ],
  });

  const released = (name: string, deploy: string): Step => ({
    name,
    needs: [deploy],
    command: () => release("--percent", "10", "--minutes", "2"),
  });

  const rotation = (["accept", "sign", "drop"] as const).flatMap((step, n, all): Step[] => {
    const [before, deploy, shift] = [
      n === 0 ? "answers" : `rotation: released (${all[n - 1]})`,
      `rotation: deploy (${step})`,
      `rotation: released (${step})`,
    ];
    return [
      {
        name: `rotation: ${step}`,
        needs: [before],
        command: () => node("rotate.ts", "--stage", stage, "--secret", "OriginKey", "--step", step, "--apply"),
      },
      { name: deploy, needs: [`rotation: ${step}`], command: () => sst("deploy") },
      ...(automatic ? [answers(shift, [deploy])] : step === "drop" ? [] : [released(shift, deploy)]),
    ];
  });

  return [
    // --deployment leaves out what only a sale needs: a new account lacks it, and no step here needs it
    { name: "preflight", needs: [], command: () => node("preflight/start.ts", "--stage", stage, "--deployment") },
    {
      name: "deploy",
      needs: ["preflight"],
      command: () => sst("deploy"),
      learn: ofDeployment,
      fault: missingValues,
    },
    answers("answers", []),
    {
      name: "organiser",
      needs: ["deploy"],
      command: ({ accounts = "" }) => node("organiser.ts", "--email", email, "--accounts", accounts),
    },
    {
      name: "event",
      needs: ["organiser", "answers"],
      skip: isProduction ? "it would stay on public sale: make your own event on the desk" : undefined,
      command: ({ url = "" }) => node("sample-event.ts", "--target", url, "--email", email),
      learn: (output) => {
        const eventId = eventIn(output);
        return eventId ? { eventId } : {};
      },
      fault: (output) => (eventIn(output) ? undefined : "its output has no event's id"),
    },
    {
      name: "tour",
      needs: ["event"],
      skip: freeCharges
        ? undefined
        : "the tour pays by points, which only ONSALE_FREE_CHARGES gives for nothing: buy one ticket by hand",
      command: ({ url = "", eventId = "" }) => node("tour.ts", "--target", url, "--event", eventId),
    },
    {
      name: "audit",
      needs: ["deploy"],
      command: () => node("audit/start.ts", "--stage", stage),
    },
    {
      name: "dashboard",
      needs: ["deploy"],
      command: () => [
        "aws",
        "cloudwatch",
        "get-dashboard",
        "--dashboard-name",
        `onsale-${stage}`,
        "--query",
        "DashboardName",
      ],
    },
    {
      name: "alarms",
      needs: ["deploy"],
      command: () => [
        ...["aws", "cloudwatch", "describe-alarms", "--alarm-name-prefix", `onsale-${stage}-`],
        ...["--query", "MetricAlarms[].AlarmName", "--output", "json"],
      ],
      fault: (output) => missingAlarms(stage, output),
    },
    ...rotation,
    {
      name: "forced release",
      needs: ["rotation: deploy (drop)"],
      skip: automatic,
      command: () => release("--force", "--now"),
    },
    answers("answers at the end", ["rotation: deploy (drop)"]),
  ];
};
