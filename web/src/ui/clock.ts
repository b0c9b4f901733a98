import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../api/clock.ts";

/** The server's time, updated every second. `until` (epoch ms) stops it. */
export const useNow = (until = Number.POSITIVE_INFINITY): number => {
  const [now, set] = useState(serverNow);
  useEffect(() => {
    let timer: number;
    const tick = () => {
      const at = serverNow();
      set(at);
      if (at < until) timer = window.setTimeout(tick, 1000 - (at % 1000) + 5);
    };
    tick();
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [until]);
  return now;
};

/** `4:09`, or `1:04:09` past an hour; never below zero. */
export const clockFace = (ms: number): string => {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
};
