import { ApiProblem } from "../api/problem.ts";
import { w } from "../i18n/index.ts";
import { Failure, Notice } from "../ui/index.tsx";

/** What the API refused; or what the gateway's form did, in its own words if they are for a buyer. */
export const Refused = ({ error }: { error: unknown }) =>
  error instanceof ApiProblem ? (
    <Failure error={error} />
  ) : (
    <Notice tone="bad">{(error as { said?: string }).said ?? w.checkout.form.refused}</Notice>
  );
