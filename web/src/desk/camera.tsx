/** Checks in tickets that are held in front of the camera. */
import { useEffect, useRef, useState } from "preact/hooks";
import { d } from "../i18n/desk.ts";
import { Button, Notice } from "../ui/index.tsx";
import css from "./check-in-page.module.css";
import { type Reader, reader } from "./qr-reader.ts";

/** The same code within this time (ms) is the same ticket that is still in view. */
const AGAIN = 4_000;

const Viewer = ({ onCode, onDenied }: { onCode: (code: string) => void; onDenied: () => void }) => {
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef(onCode);
  latest.current = onCode;
  useEffect(() => {
    let stream: MediaStream | undefined;
    let timer = 0;
    let stopped = false;
    let last = { code: "", at: 0 };
    const look = async (read: Reader, element: HTMLVideoElement) => {
      const code = await read(element);
      if (stopped) return;
      if (code && (code !== last.code || Date.now() - last.at > AGAIN)) latest.current(code);
      if (code) last = { code, at: Date.now() };
      timer = window.setTimeout(look, 150, read, element);
    };
    const start = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      const element = video.current;
      if (stopped || !element) return stream.getTracks().map((track) => track.stop());
      element.srcObject = stream;
      await element.play();
      await look(await reader(), element);
    };
    start().catch(onDenied);
    return () => {
      stopped = true;
      clearTimeout(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  return <video ref={video} class={css.video} playsInline muted aria-label={d.entrance.camera} />;
};

export const Camera = ({ onCode }: { onCode: (code: string) => void }) => {
  const [on, setOn] = useState(false);
  const [denied, setDenied] = useState(false);
  if (!navigator.mediaDevices) return <p class="note soft">{d.entrance.noCamera}</p>;
  return (
    <div class="stack">
      {on && <Viewer onCode={onCode} onDenied={() => setDenied(true)} />}
      {denied && <Notice tone="warn">{d.entrance.denied}</Notice>}
      <div>
        <Button look="quiet" onClick={() => setOn(!on)}>
          {on ? d.entrance.stop : d.entrance.camera}
        </Button>
      </div>
    </div>
  );
};
