/** IAM's decision, from the synthesised policies and the context keys that an AWS service sends. */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { ServiceName } from "#core/contract/services.ts";
import type { Graph } from "./graph.ts";

const account = "123456789012";

export type Context = Record<string, string | string[]>;

const simulated = async (policies: { identity?: object[]; resource?: object }, of: Asked): Promise<boolean> => {
  const answer = await runSimulation(
    {
      request: {
        principal: of.principal,
        action: of.action,
        resource: { resource: of.resource, accountId: account },
        contextVariables: of.context ?? {},
      },
      identityPolicies: (policies.identity ?? []).map((policy, n) => ({ name: `inline${n}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(policies.resource && { resourcePolicy: policies.resource }),
    },
    {},
  );
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  // AWS sends no such key with this action, so a condition on it would never be true
  const ignored = answer.resultType === "single" ? (answer.result.ignoredContextKeys ?? []) : [];
  if (ignored.length > 0) throw new Error(`${of.action} has no context key ${ignored.join(", ")}.`);
  return answer.overallResult === "Allowed";
};

type Asked = { principal: string; action: string; resource: string; context?: Context };

/** Whether a service's role allows it. */
export const may = (graph: Graph, service: ServiceName, asked: Omit<Asked, "principal">): Promise<boolean> => {
  const { inlinePolicies } = graph.one("iam/role:Role", `${graph.pascal(service)}ServiceRole`).inputs;
  const identity = inlinePolicies.map(({ policy }: { policy: string }) => JSON.parse(policy));
  return simulated({ identity }, { principal: `arn:aws:iam::${account}:role/${service}`, ...asked });
};

/** Whether a resource's own policy allows an AWS service to do this. */
export const lets = (policy: string, asked: Asked): Promise<boolean> =>
  simulated({ resource: JSON.parse(policy) }, asked);
