/** The API's refusal of a form, with each of its faults. */
import { ApiProblem } from "../../../client/problem.ts";
import { d } from "../i18n/desk.ts";
import { Failure, Notice } from "../ui/index.tsx";
import { said } from "../ui/words.ts";

export const Problems = ({ error, title = d.new.problems }: { error: unknown; title?: string }) => {
  const errors = error instanceof ApiProblem ? (error.document.errors ?? []) : [];
  if (errors.length === 0) return <Failure error={error} />;
  return (
    <Notice tone="bad">
      <div>
        <b>{title}</b>: {said(error)}
        <ul>
          {errors.slice(0, 20).map(({ path, message }) => (
            <li key={path}>
              <code class="mono">{path}</code> {message}
            </li>
          ))}
        </ul>
      </div>
    </Notice>
  );
};
