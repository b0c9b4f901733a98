/** Queries on a synthesis, so that a test is readable. */
import { inject } from "vitest";
import type { Registered } from "./mocks.ts";
import type { Synthesis } from "./setup.ts";

export type Graph = ReturnType<typeof graph>;

export type Statement = {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
};

export const graph = (synthesis: Synthesis) => {
  const { resources } = synthesis;
  /** All resources whose type ends in this, as `dynamodb/table:Table`. */
  const all = (type: string): Registered[] => resources.filter((resource) => resource.type.endsWith(type));
  const one = (type: string, name: string): Registered => {
    const found = all(type).filter((resource) => resource.name === name);
    if (found.length !== 1) throw new Error(`${found.length} resources of ${type} are called ${name}.`);
    return found[0] as Registered;
  };
  const pascal = (service: string) => `${service[0]?.toUpperCase()}${service.slice(1)}`;
  const lambda = (service: string) => one("lambda/function:Function", `${pascal(service)}ServiceFunction`).inputs;
  /** What the service's role may do, from the policy that AWS would get. */
  const policy = (service: string): Statement[] => {
    const { inlinePolicies, managedPolicyArns } = one("iam/role:Role", `${pascal(service)}ServiceRole`).inputs;
    if (managedPolicyArns.length > 0) throw new Error(`${service} has policies that are not ours.`);
    return inlinePolicies.flatMap(({ policy }: { policy: string }) => JSON.parse(policy).Statement);
  };
  return { ...synthesis, all, one, lambda, policy, pascal };
};

export const test = () => graph(inject("test"));
export const production = () => graph(inject("production"));
export const again = () => graph(inject("again"));
export const configured = () => graph(inject("configured"));
