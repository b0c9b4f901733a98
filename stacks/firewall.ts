/** Turns core/contract/firewall.ts into WAF's rules. */
import { blocked, type RateRule, rateRules } from "../core/contract/firewall.ts";

type Statement = aws.types.input.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement;

export const firewall = (isOn: boolean): Pick<sst.aws.RouterArgs, "waf"> =>
  isOn ? { waf: { managedRules: { coreRuleSet: false, knownBadInputs: false, sqlInjection: false } } } : {};

const asIs = [{ priority: 0, type: "NONE" }];

/** WAF's limit for a regular expression, in characters. */
const maxPatternLength = 512;

/** Joins paths into as few regular expressions as the limit allows. */
const joined = (paths: string[]): string[] => {
  const found: string[] = [];
  for (const path of paths) {
    const last = found.at(-1);
    if (last !== undefined && `^(?:${last}|${path})$`.length <= maxPatternLength)
      found[found.length - 1] = `${last}|${path}`;
    else found.push(path);
  }
  return found.map((path) => `^(?:${path})$`);
};

const any = (statements: Statement[]): Statement =>
  statements.length === 1 && statements[0] ? statements[0] : { orStatement: { statements } };
const every = (statements: Statement[]): Statement =>
  statements.length === 1 && statements[0] ? statements[0] : { andStatement: { statements } };

const matching = (regexString: string): Statement => ({
  regexMatchStatement: { regexString, fieldToMatch: { uriPath: {} }, textTransformations: asIs },
});

const counted = ({ method, paths, others, query, scheme }: RateRule): Statement => {
  const named = any(joined(paths).map(matching));
  return every([
    ...(others ? [matching("^/+v1/"), { notStatement: { statements: [named] } }] : [named]),
    ...(method
      ? [
          {
            byteMatchStatement: {
              fieldToMatch: { method: {} },
              positionalConstraint: "EXACTLY",
              searchString: method,
              textTransformations: asIs,
            },
          },
        ]
      : []),
    ...(query
      ? [
          {
            sizeConstraintStatement: {
              fieldToMatch: { queryString: {} },
              comparisonOperator: "GT",
              size: 0,
              textTransformations: asIs,
            },
          },
        ]
      : []),
    ...(scheme
      ? [
          {
            byteMatchStatement: {
              fieldToMatch: { singleHeader: { name: "authorization" } },
              positionalConstraint: "STARTS_WITH",
              searchString: `${scheme} `,
              textTransformations: asIs,
            },
          },
        ]
      : []),
  ]);
};

/** Counts by the Authorization header. Requests without the header are not counted. */
const byToken = {
  aggregateKeyType: "CUSTOM_KEYS",
  customKeys: [{ header: { name: "authorization", textTransformations: asIs } }],
};

/** These replace SST's own rule, which counts every request. */
export const rules: aws.types.input.wafv2.WebAclRule[] = rateRules.map((rule, priority) => ({
  name: rule.name,
  priority,
  action: {
    block: {
      customResponse: {
        responseCode: blocked.status,
        customResponseBodyKey: "Blocked",
        responseHeaders: [{ name: "Retry-After", value: String(blocked.retryAfter) }],
      },
    },
  },
  statement: {
    rateBasedStatement: {
      limit: rule.limit,
      evaluationWindowSec: rule.seconds,
      ...(rule.per === "token" ? byToken : { aggregateKeyType: "IP" }),
      scopeDownStatement: counted(rule),
    },
  },
  visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: rule.name, sampledRequestsEnabled: true },
}));

export const answers = [{ key: "Blocked", contentType: "APPLICATION_JSON", content: blocked.body }];
