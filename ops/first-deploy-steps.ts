/** What a first deployment does, step by step, and what each step's output has to say. Pure: first-deploy-run.ts runs it. */
import { type AlarmName, alarms } from "#core/contract/alarms.ts";

/** What earlier steps have found out. */
export type Found = {
  url?: string;
  /** The stage's accounts table. */
  accounts?: string;
  eventId?: string;
};

export type Step = {
  name: string;
  /** Steps without which it makes no sense. */
  needs: readonly string[];
  /** Why it is left out here. */
  skip?: string | undefined;
  command: (found: Found) => string[];
  /** What its output tells for later steps. */
  learn?: (output: string) => Found;
  /** What is wrong with the output of a command that ended well. */
  fault?: (output: string) => string | undefined;
};

export type Options = {
  stage: string;
  /** Of the organiser; the password is in ONSALE_PASSWORD. */
  email: string;
  /** Wallets may be charged for nothing: the tour pays by points. */
  freeCharges: boolean;
};

const node = (script: string, ...args: string[]) => [process.execPath, `ops/${script}`, ...args];

const missingAlarms = (stage: string, output: string): string | undefined => {
  const there = new Set(JSON.parse(output) as string[]);
  const missing = (Object.keys(alarms) as AlarmName[]).filter((name) => !there.has(`onsale-${stage}-${name}`));
  return missing.length > 0 ? `missing: ${missing.join(", ")}` : undefined;
};

/** What `sst deploy` tells at its end. */
const told = (output: string, name: "url" | "accounts"): string | undefined =>
  new RegExp(`^\\s*${name}:\\s*(\\S+?)/?\\s*$`, "m").exec(output)?.[1];

const ofDeployment = (output: string): Found => {
  const [url, accounts] = [told(output, "url"), told(output, "accounts")];
  return { ...(url && { url }), ...(accounts && { accounts }) };
};

const untold = (output: string): string | undefined => {
  const missing = (["url", "accounts"] as const).filter((name) => !told(output, name));
  return missing.length > 0 ? `it told no ${missing.join(" and no ")}` : undefined;
};

const eventIn = (output: string): string | undefined => /\bevt_\w+/.exec(output)?.[0];

/** In order. In production each deployment of a rotation is released before the next one, and the last one is forced. */
export const stepsOf = ({ stage, email, freeCharges }: Options): Step[] => {
  const sst = (...args: string[]) => ["npx", "sst", ...args, "--stage", stage];
  const release = (...args: string[]) => node("release.ts", "--stage", stage, ...args);
  const isProduction = stage === "production";
  const byItself = isProduction ? undefined : "a deployment shifts this stage's traffic by itself";

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
      ...(byItself ? [answers(shift, [deploy])] : step === "drop" ? [] : [released(shift, deploy)]),
    ];
  });

  return [
    // of a sale's needs a new account is short, and nothing here needs them
    { name: "preflight", needs: [], command: () => node("preflight/start.ts", "--stage", stage, "--deployment") },
    {
      name: "deploy",
      needs: ["preflight"],
      command: () => sst("deploy"),
      learn: ofDeployment,
      fault: untold,
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
      fault: (output) => (eventIn(output) ? undefined : "it told no event's id"),
    },
    {
      name: "tour",
      needs: ["event"],
      skip: freeCharges
        ? undefined
        : "the tour pays by points, which ONSALE_FREE_CHARGES alone gives away: buy one ticket yourself",
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
      skip: byItself,
      command: () => release("--force", "--now"),
    },
    answers("answers after all", ["rotation: deploy (drop)"]),
  ];
};
