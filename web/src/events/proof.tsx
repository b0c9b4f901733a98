/** The draw's commitment, its seed once published, and this device's own check of the seed. */
import { useEffect, useState } from "preact/hooks";
import { fits } from "../../../client/draw.ts";
import { w } from "../i18n/index.ts";
import { Notice } from "../ui/index.tsx";
import css from "./proof.module.css";

type Draw = { commitment: string; seed?: string | undefined };

export const Proof = ({ draw, open = false }: { draw: Draw; open?: boolean }) => {
  const [ok, setOk] = useState<boolean>();
  useEffect(() => {
    if (draw.seed) fits(draw.seed, draw.commitment).then(setOk, () => setOk(undefined));
  }, [draw.seed, draw.commitment]);
  return (
    <details class={css.proof} open={open}>
      <summary>{w.event.proof}</summary>
      <dl>
        <dt>{w.event.commitment}</dt>
        <dd class="mono">{draw.commitment}</dd>
        {draw.seed && (
          <>
            <dt>{w.event.seed}</dt>
            <dd class="mono">{draw.seed}</dd>
          </>
        )}
      </dl>
      {ok !== undefined && <Notice tone={ok ? "good" : "bad"}>{ok ? w.event.seedOk : w.event.seedBad}</Notice>}
    </details>
  );
};
