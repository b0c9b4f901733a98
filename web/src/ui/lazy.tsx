/** A part of a page whose script is loaded when the part is shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { offline } from "../../../client/problem.ts";
import { Failure, Skeleton } from "./index.tsx";

export const lazy =
  <P extends object>(load: () => Promise<ComponentType<P>>) =>
  (props: P) => {
    const [Part, set] = useState<ComponentType<P>>();
    const [failed, setFailed] = useState(false);
    const begin = () => {
      setFailed(false);
      load().then(
        (loaded) => set(() => loaded),
        () => setFailed(true),
      );
    };
    useEffect(begin, []);
    if (failed) return <Failure error={offline()} retry={begin} />;
    return Part ? <Part {...props} /> : <Skeleton height="6rem" />;
  };
