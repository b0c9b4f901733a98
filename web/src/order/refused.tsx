import { ApiProblem } from "../../../client/problem.ts";
import { w } from "../i18n/index.ts";
import { Failure, Notice } from "../ui/index.tsx";

/** The API's refusal, or that of the gateway's form, in the form's own words if they are meant for buyers. */
export const Refused = ({ error }: { error: unknown }) =>
  error instanceof ApiProblem ? (
    <Failure error={error} />
  ) : (
    <Notice tone="bad">{(error as { said?: string }).said ?? w.checkout.form.refused}</Notice>
  );
