/** A rate rule, for those who hammer sign-up, sign-in and holds. */
import { rateRule } from "../functions/firewall.ts";

export const firewall = (limit: number): Pick<sst.aws.RouterArgs, "waf"> =>
  limit === 0
    ? {}
    : {
        waf: {
          rateLimitPerIp: limit,
          managedRules: { coreRuleSet: false, knownBadInputs: false, sqlInjection: false },
        },
      };

const notTheStatus = {
  notStatement: {
    statements: [
      {
        byteMatchStatement: {
          fieldToMatch: { uriPath: {} },
          positionalConstraint: "ENDS_WITH",
          searchString: rateRule.uncounted,
          textTransformations: [{ priority: 0, type: "NONE" }],
        },
      },
    ],
  },
};

/** SST's own rules count every request. */
export const rules = (limit: number): aws.types.input.wafv2.WebAclRule[] => [
  {
    name: "TooMany",
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec: rateRule.seconds,
        aggregateKeyType: "IP",
        scopeDownStatement: notTheStatus,
      },
    },
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "TooMany", sampledRequestsEnabled: true },
  },
];
