/** The reply of a script: an array of strings in the order of `finish` in scripts/state.lua.ts. */
import type { Phase } from "./schema.ts";

export type Reply = {
  code: string;
  /** Two values whose meaning depends on the script. */
  first: number;
  second: number;
  /** The caller's task in addition: save the checkpoint, or fetch the next block. */
  task: "save" | "raise" | "";
  phase: Phase;
  /** Epoch ms, never running backwards. */
  at: number;
  serving: number;
  issued: number;
  ceiling: number;
  /** The number of ordinals to fetch at a time. */
  wanted: number;
  active: number;
  /** Visitors who were called and are still awaited. */
  called: number;
  admitPerSecond: number;
  opensAt: number;
  commitment: string;
  /** From the freeze on. */
  lobby: number | undefined;
  seed: string | undefined;
  gaps: string;
  /** When the settings were mirrored, epoch ms. */
  mirroredAt: number;
  /** Redis had lost something. */
  restored: boolean;
  /** Zero bits that a joiner's answer must begin with; 0 if no work is needed. */
  work: number;
};

export const parse = (raw: string[]): Reply => {
  const [code = "", first, second, task, phase, at, serving, issued, ceiling, wanted, ...rest] = raw;
  const [active, called, rate, opens, commitment = "", lobby, seed, gaps = "", mirrored, restored, work] = rest;
  return {
    code,
    first: Number(first),
    second: Number(second),
    task: task as Reply["task"],
    phase: phase as Phase,
    at: Number(at),
    serving: Number(serving),
    issued: Number(issued),
    ceiling: Number(ceiling),
    wanted: Number(wanted),
    active: Number(active),
    called: Number(called),
    admitPerSecond: Number(rate),
    opensAt: Number(opens),
    commitment,
    lobby: lobby ? Number(lobby) : undefined,
    seed: seed || undefined,
    gaps,
    mirroredAt: Number(mirrored),
    restored: restored === "1",
    work: Number(work ?? 0),
  };
};
