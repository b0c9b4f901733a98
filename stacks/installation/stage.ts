/** The rules for the name of a stage. */
import { services } from "../../core/contract/services.ts";

/** Lambda's limit. The name of a function is `onsale-<stage>-<service>`. */
const longestFunctionName = 64;
const longestService = Math.max(...Object.keys(services).map((name) => name.length));
const longestStage = longestFunctionName - "onsale-".length - "-".length - longestService;

/** The characters that are allowed in every AWS name with the stage's name in it: buckets and host names have no capitals. */
const STAGE = /^[a-z\d]([a-z\d-]*[a-z\d])?$/;

/** What is wrong with a stage's name, and what would be right. */
export const stageFault = (stage: string): string | undefined => {
  if (!STAGE.test(stage))
    return `The stage's name is “${stage}”, but has to be lower-case letters, digits and hyphens, with no hyphen at its ends, such as staging.`;
  if (stage.length > longestStage)
    return `The stage's name has ${stage.length} characters, but ${longestStage} at most: a function's name has it, and has ${longestFunctionName}.`;
  return undefined;
};
