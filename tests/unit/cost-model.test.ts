import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cancelling, seconds } from "#ops/cost/cancelling.ts";
import { arriving, buying, resting, servers, total, waiting } from "#ops/cost/model.ts";
import { polls, units } from "#ops/cost/units.ts";

const sale = { visitors: 1_000_000, seats: 50_000, wait: 20 * 60 };

describe("the cost", () => {
  it("is at most 80 dollars for a million visitors who wait 20 minutes, all services of the queue together", () => {
    expect(total(waiting(sale))).toBeLessThanOrEqual(80);
  });

  it("grows slower than the wait: twice as long needs far less than twice as many polls", () => {
    expect(polls(20 * 60)).toBeLessThanOrEqual(30);
    expect(polls(40 * 60)).toBeLessThanOrEqual(polls(20 * 60) + 10);
    expect(polls(2)).toBe(2);
  });

  it("at rest is only storage, alarms, the dashboard and the firewall, and cents for a timer and three pollers", () => {
    const named = ["CloudWatch", "WAF", "DynamoDB"];
    expect(total(resting().filter(({ service }) => !named.includes(service)))).toBeLessThan(0.9);
    expect(total(resting())).toBeLessThan(27);
  });

  it("is far below servers at rest, and the document says what is more expensive", () => {
    expect(total(resting())).toBeLessThan(servers(sale).month / 50);
    expect(total([...waiting(sale), ...arriving(sale), ...buying(sale)])).toBeGreaterThan(servers(sale).sale);
  });

  it("is stated with the joins that Upstash's 10,000 commands a second allow, in every document", () => {
    const joins = Math.floor(10_000 / units.join.commands / 100) * 100;
    for (const file of ["docs/runbook.md", "docs/scale.md"])
      expect(readFileSync(file, "utf8"), file).toMatch(new RegExp(`${joins.toLocaleString("en")} joins`));
  });

  it("of cancelling is below 15 dollars for 100,000 orders, which take as long as half of the e-mails allow", () => {
    const event = { orders: 100_000, mailRate: 10 };
    expect(total(cancelling(event))).toBeLessThan(15);
    expect(seconds(event)).toBe(20_000);
    expect(seconds({ ...event, mailRate: 500 })).toBe(5_000);
  });

  it("counts every item once, and none below zero", () => {
    for (const line of [
      ...waiting(sale),
      ...arriving(sale),
      ...buying(sale),
      ...resting(),
      ...cancelling({ orders: 1, mailRate: 1 }),
    ])
      expect(line.dollars, `${line.service} ${line.what}`).toBeGreaterThan(0);
  });
});
