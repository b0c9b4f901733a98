/** The draw's proof: the commitment, the seed, and the whole permutation computed again on this device. */
import { useState } from "preact/hooks";
import { drawn } from "../../../client/draw.ts";
import * as Reads from "../api/reads.ts";
import { Proof } from "../events/proof.tsx";
import { d } from "../i18n/desk.ts";
import { number } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { Button, Failure, Field, Notice, Skeleton } from "../ui/index.tsx";
import css from "./desk.module.css";
import { EventFrame } from "./event-frame.tsx";

const One = ({ seed, lobby }: { seed: string; lobby: number }) => {
  const [result, setResult] = useState<number>();
  const look = async (index: number) =>
    setResult(index >= 1 && index <= lobby ? await drawn(seed, lobby, index) : undefined);
  return (
    <div class="row">
      <Field
        label={d.proof.index}
        type="number"
        min={1}
        max={lobby}
        onInput={(event) => look(event.currentTarget.valueAsNumber)}
      />
      <output class="number">{result !== undefined && d.proof.result(number(result))}</output>
    </div>
  );
};

/** The number of every index. Each number must occur once. */
const permutes = async (seed: string, lobby: number, onProgress: (done: number) => void): Promise<boolean> => {
  const given = new Uint8Array(lobby + 1);
  for (let index = 1; index <= lobby; index++) {
    const got = await drawn(seed, lobby, index);
    if (given[got] !== 0) return false;
    given[got] = 1;
    if (index % 500 === 0) onProgress(index);
  }
  return true;
};

const Whole = ({ seed, lobby }: { seed: string; lobby: number }) => {
  const [done, setDone] = useState(0);
  const [ok, setOk] = useState<boolean>();
  const checking = useAction(async () => setOk(await permutes(seed, lobby, setDone)));
  return (
    <div class="stack">
      <div class="row">
        <Button look="quiet" busy={checking.busy} onClick={() => checking.run()}>
          {d.proof.whole}
        </Button>
        {checking.busy && <span class="number">{d.proof.checking(number(done))}</span>}
      </div>
      {ok !== undefined && <Notice tone={ok ? "good" : "bad"}>{ok ? d.proof.ok(number(lobby)) : d.proof.bad}</Notice>}
      {checking.error !== undefined && <Failure error={checking.error} />}
    </div>
  );
};

const Draw = ({ eventId }: { eventId: string }) => {
  const queue = useQuery({ ...Reads.queue(eventId), refetchInterval: 10_000 });
  const status = queue.data;
  if (!status)
    return queue.isError ? <Failure error={queue.error} retry={() => queue.refetch()} /> : <Skeleton height="14rem" />;
  const { seed } = status.draw;
  return (
    <>
      <p>{d.proof.lead}</p>
      <Proof draw={status.draw} open />
      {seed ? (
        <>
          <dl class={`${css.figures} number`}>
            <div>
              <dt>{d.proof.lobby}</dt>
              <dd>{number(status.lobby)}</dd>
            </div>
          </dl>
          {status.lobby > 0 && <One seed={seed} lobby={status.lobby} />}
          {status.lobby > 0 && <Whole key={status.lobby} seed={seed} lobby={status.lobby} />}
        </>
      ) : (
        <Notice>{d.proof.notYet}</Notice>
      )}
      <div>
        <p class="note soft">{d.proof.command}</p>
        <pre class={`mono ${css.code}`}>npm run verify-draw -- {eventId}</pre>
      </div>
    </>
  );
};

export default function DrawPage({ params }: PageProps) {
  const eventId = params.eventId ?? "";
  return (
    <EventFrame eventId={eventId} title={d.proof.title} needs="box-office" page={() => <Draw eventId={eventId} />} />
  );
}
