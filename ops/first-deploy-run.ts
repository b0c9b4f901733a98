/** Runs the steps of a first deployment. Records the result of each before the next begins, so that the run can be resumed. */
import type { Found, Step } from "./first-deploy-steps.ts";

export type Outcome = {
  name: string;
  state: "passed" | "failed" | "skipped";
  /** As it was run; for a skipped step empty. */
  command: string;
  at: string;
  /** The checkout's, when it was run. */
  commit: string;
  seconds: number;
  /** The end of its output, or why it failed or was skipped. */
  says: string;
};

export type Evidence = {
  stage: string;
  begunAt: string;
  found: Found;
  steps: Outcome[];
  /** Other commands were run instead: it shows nothing about AWS. */
  rehearsed?: true;
};

type Run = {
  steps: Step[];
  evidence: Evidence;
  commit: string;
  run: (command: string[]) => Promise<{ code: number; output: string }>;
  write: (evidence: Evidence) => Promise<void>;
  now: () => Date;
  say: (line: string) => void;
};

const lines = 3;

/** The end of an output, for a reader. No output has a secret: ONSALE_PASSWORD is not printed, and keys are passed by standard input. */
const end = (output: string): string => output.trim().split("\n").slice(-lines).join(" / ").slice(-400);

const faultOf = (step: Step, output: string): string | undefined => {
  try {
    return step.fault?.(output);
  } catch (error) {
    return `its output is not what was expected: ${(error as Error).message}`;
  }
};

const judge = (step: Step, { code, output }: { code: number; output: string }): Pick<Outcome, "state" | "says"> => {
  if (code !== 0) return { state: "failed", says: `ended with ${code}: ${end(output)}` };
  const fault = faultOf(step, output);
  return fault ? { state: "failed", says: fault } : { state: "passed", says: end(output) };
};

const passedOf = ({ steps }: Evidence): Set<string> =>
  new Set(steps.filter(({ state }) => state === "passed").map(({ name }) => name));

/** The time of the last step, if nothing is left to run. */
export const doneAt = (steps: Step[], evidence: Evidence): string | undefined => {
  const passed = passedOf(evidence);
  const isDone = steps.every(({ name, skip }) => skip || passed.has(name));
  return isDone
    ? evidence.steps
        .map(({ at }) => at)
        .sort()
        .at(-1)
    : undefined;
};

/** Steps that passed before are not run again. Answers whether nothing failed, nor was skipped for a failure. */
export const firstDeploy = async ({ steps, evidence, commit, run, write, now, say }: Run): Promise<boolean> => {
  const passed = () => passedOf(evidence);
  const note = async (outcome: Outcome) => {
    evidence.steps = [...evidence.steps.filter(({ name }) => name !== outcome.name), outcome];
    await write(evidence);
    say(`${outcome.name}: ${outcome.state}${outcome.state === "passed" ? "" : ` (${outcome.says})`}`);
  };
  let isWhole = true;
  for (const step of steps) {
    if (passed().has(step.name)) continue;
    const begun = now();
    const about = { name: step.name, at: begun.toISOString(), commit };
    const missing = step.needs.filter((name) => !passed().has(name));
    const skipped = step.skip ?? (missing.length > 0 ? `needs ${missing.join(", ")}` : undefined);
    if (skipped) {
      if (!step.skip) isWhole = false;
      await note({ ...about, state: "skipped", command: "", seconds: 0, says: skipped });
      continue;
    }
    const command = step.command(evidence.found);
    say(`\n${step.name}: ${command.join(" ")}`);
    const ran = await run(command);
    const judged = judge(step, ran);
    if (judged.state === "passed") Object.assign(evidence.found, step.learn?.(ran.output));
    else isWhole = false;
    const seconds = Math.round((now().getTime() - begun.getTime()) / 1_000);
    await note({ ...about, ...judged, command: command.join(" "), seconds });
  }
  return isWhole;
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The evidence as a person reads it. */
export const toMarkdown = ({ stage, begunAt, found, steps, rehearsed }: Evidence): string => {
  const count = (state: Outcome["state"]) => steps.filter((step) => step.state === state).length;
  const rows = steps.map(
    ({ name, state, at, commit, seconds, says }) =>
      `| ${name} | ${state} | ${at} | ${commit} | ${seconds} s | ${cell(says)} |`,
  );
  return `# ${rehearsed ? "Rehearsal of the first" : "First"} deployment of ${stage}, ${begunAt.slice(0, 10)}

${found.url ?? "No address yet."} ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped.

| step | outcome | at | commit | took | says |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
};
