import { useEffect, useRef } from "preact/hooks";

/** When a page shows another face, who reads by ear or by key goes on at its heading. */
export const useHeading = (face: unknown): void => {
  const shown = useRef(face);
  useEffect(() => {
    const before = shown.current;
    shown.current = face;
    if (before !== undefined && face !== before) document.querySelector<HTMLElement>("main h1")?.focus();
  }, [face]);
};
