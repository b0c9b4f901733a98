import { describe, expect, it } from "vitest";
import { type AlarmName, alarms } from "#core/contract/alarms.ts";
import { services } from "#core/contract/services.ts";
import { shift } from "#ops/shift.ts";

/** AWS's answers to the CLI: aliases on version 1, version 2 published, and alarms by minute. */
const account = (alarms: string[][] = [], versions = ["$LATEST", "1", "2"]) => {
  const names = Object.keys(services).map((service) => `onsale-production-${service}`);
  const live = new Map(names.map((name) => [name, { version: "1", weights: {} as Record<string, number> }]));
  const history: string[] = [];
  let minute = 0;
  const aws = async (...args: string[]) => {
    const of = (flag: string) => args[args.indexOf(flag) + 1] ?? "";
    const name = of("--function-name");
    if (args[1] === "get-alias") return live.get(name)?.version;
    if (args[1] === "list-versions-by-function") return versions;
    if (args[1] === "describe-alarms") return alarms[minute] ?? [];
    const weights = JSON.parse(of("--routing-config")).AdditionalVersionWeights;
    live.set(name, { version: of("--function-version"), weights });
    history.push(`${of("--function-version")} ${JSON.stringify(weights)}`);
    return {};
  };
  const sleep = async () => {
    minute++;
  };
  return { aws, sleep, live, history, minutes: () => minute };
};

type Options = { force?: boolean; now?: boolean; say?: (line: string) => void };

const release = (of: ReturnType<typeof account>, options: Options = {}) =>
  shift({ stage: "production", percent: 10, minutes: 5, aws: of.aws, sleep: of.sleep, say: () => {}, ...options });

const all = (of: ReturnType<typeof account>) => [...new Set([...of.live.values()].map((one) => JSON.stringify(one)))];

describe("a release", () => {
  it("gives a tenth of the traffic to the new versions for a while, then all", async () => {
    const of = account();
    expect(await release(of)).toBe(true);
    expect(of.minutes()).toBe(5);
    expect(of.history[0]).toBe('1 {"2":0.1}');
    expect(all(of)).toEqual(['{"version":"2","weights":{}}']);
  });

  it("goes to the greatest version, whatever the order in which AWS lists them", async () => {
    const of = account([], ["10", "$LATEST", "2", "1", "9"]);
    expect(await release(of)).toBe(true);
    expect(all(of)).toEqual(['{"version":"10","weights":{}}']);
  });

  it("is rolled back at the first alarm", async () => {
    const of = account([[], [], ["onsale-production-api-errors"]]);
    const lines: string[] = [];
    expect(await release(of, { say: (line) => lines.push(line) })).toBe(false);
    expect(lines.at(-1)).toBe("Taken back: onsale-production-api-errors rang.");
    expect(of.minutes()).toBe(2);
    expect(all(of)).toEqual(['{"version":"1","weights":{}}']);
  });

  it("does not begin while an alarm rings", async () => {
    const of = account([["onsale-production-settle-age"]]);
    const lines: string[] = [];
    expect(await release(of, { say: (line) => lines.push(line) })).toBe(false);
    expect(lines).toEqual([expect.stringMatching(/^Not begun: onsale-production-settle-age rings\./)]);
    expect(of.history.some((entry) => entry.includes("0.1"))).toBe(false);
  });

  const passes = (Object.keys(alarms) as AlarmName[]).filter((name) => !alarms[name].stopsRelease);

  it.each(passes)("is not stopped by %s, which one outside event sets off on a quiet night", async (name) => {
    const rings = [`onsale-production-${name}`];
    const of = account([rings, [], rings, rings, rings, rings, rings]);
    expect(await release(of)).toBe(true);
    expect(all(of)).toEqual(['{"version":"2","weights":{}}']);
  });

  it("is stopped by every alarm that a new version may have caused, before it or during it", async () => {
    const stops = (Object.keys(alarms) as AlarmName[]).filter((name) => alarms[name].stopsRelease);
    expect(stops).toEqual(
      expect.arrayContaining(["api-errors", "unexpected", "settle-dead-letters", "capture-failed"]),
    );
    for (const name of stops) {
      expect(await release(account([[`onsale-production-${name}`]]))).toBe(false);
      expect(await release(account([[], [`onsale-production-${name}`]]))).toBe(false);
    }
  });

  it("is not stopped by the alarm of another stage whose name begins with its own", async () => {
    expect(await release(account(Array(7).fill(["onsale-production-eu-api-errors"])))).toBe(true);
  });

  it("can be forced while an alarm rings, a tenth first or all at once, because it may fix the alarm's cause", async () => {
    const rings = ["onsale-production-queue-unavailable"];
    const of = account(Array(7).fill(rings));
    expect(await release(of, { force: true })).toBe(true);
    expect(of.history[0]).toBe('1 {"2":0.1}');
    expect(all(of)).toEqual(['{"version":"2","weights":{}}']);
    const now = account([rings]);
    expect(await release(now, { force: true, now: true })).toBe(true);
    expect(now.minutes()).toBe(0);
    expect(now.history[0]).toBe("2 {}");
    expect(all(now)).toEqual(['{"version":"2","weights":{}}']);
  });

  it("is rolled back by an alarm that began to ring after it, even if it was forced", async () => {
    const rings = ["onsale-production-queue-unavailable"];
    const of = account([rings, rings, [...rings, "onsale-production-api-errors"]]);
    expect(await release(of, { force: true })).toBe(false);
    expect(all(of)).toEqual(['{"version":"1","weights":{}}']);
  });

  it("rolls back an earlier release that stopped in the middle, if an alarm rings", async () => {
    const of = account([["onsale-production-settle-age"]]);
    for (const one of of.live.values()) one.weights = { 2: 0.1 };
    expect(await release(of)).toBe(false);
    expect(all(of)).toEqual(['{"version":"1","weights":{}}']);
  });

  it("at once is refused like any other while an alarm rings", async () => {
    const of = account([["onsale-production-settle-age"]]);
    expect(await release(of, { now: true })).toBe(false);
    expect(all(of)).toEqual(['{"version":"1","weights":{}}']);
  });

  it("does nothing if nothing was published", async () => {
    const of = account([], ["$LATEST", "1"]);
    expect(await release(of)).toBe(true);
    expect(of.history).toEqual([]);
  });
});
