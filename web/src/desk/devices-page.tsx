/** The devices at an event's entrance: a manager adds one, sees its pass once, and revokes it. */

import { useState } from "preact/hooks";
import encodeQR from "qr";
import { d } from "../i18n/desk.ts";
import { date } from "../i18n/index.ts";
import { useAction, useQuery } from "../query.ts";
import type { PageProps } from "../router.tsx";
import { AskFirst } from "../ui/ask.tsx";
import { Button, Failure, Field, Notice, Pill, Skeleton } from "../ui/index.tsx";
import { SvgImage } from "../ui/svg-image.tsx";
import css from "./desk.module.css";
import * as Devices from "./device-reads.ts";
import { EventFrame } from "./event-frame.tsx";

type Of = { eventId: string };
type Shown = Devices.NewPass & { name: string };

const Pass = ({ pass: { name, token, expiresAt } }: { pass: Shown }) => {
  const link = `${location.origin}/desk/device#${token}`;
  return (
    <section class="stack">
      <h2>{d.device.passOf(name)}</h2>
      <p>{d.device.how}</p>
      <SvgImage
        class={css.qr}
        svg={encodeQR(link, "svg", { border: 4 })}
        alt={d.device.qr(name)}
        width="240"
        height="240"
      />
      {/* no link: opened here it would bind the pass to this browser */}
      <code class={`note ${css.address}`}>{link}</code>
      <Notice tone="warn">{d.device.once(date(expiresAt, "short"))}</Notice>
    </section>
  );
};

const Add = ({ eventId, onPass }: Of & { onPass: (pass: Shown) => void }) => {
  const [name, type] = useState("");
  const adding = useAction(async () => {
    onPass({ ...(await Devices.add(eventId, name.trim())), name: name.trim() });
    type("");
  });
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!adding.busy) adding.run();
      }}
    >
      <Field
        label={d.device.name}
        hint={d.device.nameHint}
        required
        maxLength={60}
        autocomplete="off"
        value={name}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" busy={adding.busy}>
          {d.device.add}
        </Button>
      </div>
      {adding.error !== undefined && <Failure error={adding.error} />}
    </form>
  );
};

const Row = ({ eventId, device }: Of & { device: Devices.Device }) => {
  const { deviceId, name, claimed, addedAt } = device;
  const revoking = useAction(() => Devices.revoke(eventId, deviceId));
  return (
    <li>
      <div class="spread">
        <div>
          <p class="row">
            <b class={css.address}>{name}</b>
            <Pill tone={claimed ? "good" : "warn"}>{claimed ? d.device.claimed : d.device.unclaimed}</Pill>
          </p>
          <p class="note soft">{d.device.added(date(addedAt, "short"))}</p>
        </div>
        <AskFirst
          look="plain"
          busy={revoking.busy}
          aria-label={d.device.revokeOf(name)}
          ask={d.device.revokeAsk(name)}
          yes={d.device.revoke}
          no={d.device.keep}
          onYes={revoking.run}
        />
      </div>
      {revoking.error !== undefined && <Failure error={revoking.error} />}
    </li>
  );
};

const DeviceList = ({ eventId }: Of) => {
  const list = useQuery({ ...Devices.list(eventId), refetchInterval: 3_000 });
  const [pass, show] = useState<Shown>();
  const isDone = list.data?.items.some(({ deviceId, claimed }) => deviceId === pass?.deviceId && claimed);
  return (
    <>
      <p>{d.device.lead}</p>
      {pass && (isDone ? <Notice tone="good">{d.device.done(pass.name)}</Notice> : <Pass pass={pass} />)}
      <Add eventId={eventId} onPass={show} />
      {list.isError && !list.data && <Failure error={list.error} retry={() => list.refetch()} />}
      {!list.data && !list.isError && <Skeleton height="12rem" />}
      {list.data?.items.length === 0 && <p class="soft">{d.device.none}</p>}
      <ul class={css.list}>
        {list.data?.items.map((device) => (
          <Row key={device.deviceId} eventId={eventId} device={device} />
        ))}
      </ul>
    </>
  );
};

export default function DevicesPage({ params: { eventId = "" } }: PageProps) {
  return (
    <EventFrame
      eventId={eventId}
      title={d.device.title}
      needs="manager"
      page={() => <DeviceList eventId={eventId} />}
    />
  );
}
