/** A poster for an event that has no picture: geometry from its kind, colours from its id. Always the same for the same event. */
import type { JSX } from "preact";
import type { Event } from "../../../client/shapes.ts";

const palettes = [
  ["#1d2b53", "#ff7a57", "#ffd9a0"],
  ["#0f4c3a", "#f4c95d", "#e9f5db"],
  ["#4a1942", "#ff9f80", "#f9e2e7"],
  ["#123b5d", "#7fd1e0", "#f7f3e3"],
  ["#7a1f1f", "#ffb454", "#ffe9d1"],
  ["#2b2d42", "#a3e4c1", "#edf2f4"],
  ["#33312e", "#f0553a", "#f2ede4"],
] as const;

const hash = (text: string): number => {
  let value = 2166136261;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  return value >>> 0;
};

const range = (n: number) => Array.from({ length: n }, (_, at) => at);

type Ink = { a: string; b: string; seed: number };

const art: Record<Event["kind"], (ink: Ink) => JSX.Element> = {
  concert: ({ a, b, seed }) => (
    <>
      {range(8).map((i) => (
        <circle
          key={i}
          cx={30 + (seed % 60)}
          cy="128"
          r={18 + i * 15}
          fill="none"
          stroke={i % 3 === 2 ? b : a}
          stroke-width={9 - i * 0.9}
        />
      ))}
      <circle cx={30 + (seed % 60)} cy="128" r="9" fill={b} />
    </>
  ),
  match: ({ a, b, seed }) => (
    <g fill="none" stroke={b} stroke-width="2.200">
      {range(6).map((i) => (
        <rect key={i} x={i * 20} y="0" width="10" height="120" fill={a} fill-opacity="0.160" stroke="none" />
      ))}
      <rect x="14" y="14" width="92" height="92" />
      <path d="M14 60h92M42 14v14h36V14M42 106V92h36v14" />
      <circle cx="60" cy="60" r="17" />
      <circle cx={34 + (seed % 52)} cy={36 + (seed % 47)} r="6" fill={a} stroke="none" />
    </g>
  ),
  theatre: ({ a, b, seed }) => (
    <>
      {range(9).map((i) => (
        <path
          key={i}
          d={`M${i * 14 - 4} -5 q${i < 4 ? -10 + i * 2 : i * 2 - 6} 60 ${(i - 4) * 3} 130`}
          fill="none"
          stroke={i % 2 === seed % 2 ? a : b}
          stroke-opacity={i % 2 === seed % 2 ? 1 : 0.35}
          stroke-width="7"
        />
      ))}
      <ellipse cx="60" cy="118" rx="52" ry="20" fill={b} />
    </>
  ),
  flight: ({ a, b, seed }) => (
    <>
      <circle cx="60" cy={150 + (seed % 18)} r="92" fill={a} fill-opacity="0.250" />
      {range(4).map((i) => (
        <path
          key={i}
          d={`M-8 ${104 - i * 9} Q60 ${18 - i * 16} 128 ${98 - i * 11}`}
          fill="none"
          stroke={i === 1 ? b : a}
          stroke-width={i === 1 ? 2.4 : 1}
          stroke-dasharray={i === 1 ? "1 6" : undefined}
          stroke-linecap="round"
        />
      ))}
      <path d="M66 42l26-12-12 26-4-9z" fill={b} />
    </>
  ),
  club: ({ a, b, seed }) => (
    <>
      {range(49).map((i) => {
        const [x, y] = [i % 7, Math.floor(i / 7)];
        const near = Math.hypot(x - (seed % 7), y - ((seed >> 3) % 7));
        return (
          <circle
            key={i}
            cx={12 + x * 16}
            cy={12 + y * 16}
            r={Math.max(1.2, 8 - near * 1.35)}
            fill={near < 1.5 ? b : a}
          />
        );
      })}
    </>
  ),
};

export const Poster = ({
  event,
  class: name,
}: {
  event: Pick<Event, "eventId" | "kind" | "title">;
  class?: string | undefined;
}) => {
  const seed = hash(event.title + event.eventId);
  const [background, a, b] = palettes[seed % palettes.length] ?? palettes[0];
  return (
    <svg class={name} viewBox="0 0 120 120" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
      <rect width="120" height="120" fill={background} />
      {art[event.kind]({ a, b, seed: seed >>> 4 })}
    </svg>
  );
};
