import { useEffect, useRef } from "preact/hooks";

/** When a page shows another view, focus moves to its heading, for screen readers and keyboards. */
export const useHeading = (face: unknown): void => {
  const shown = useRef(face);
  useEffect(() => {
    const before = shown.current;
    shown.current = face;
    if (before !== undefined && face !== before) document.querySelector<HTMLElement>("main h1")?.focus();
  }, [face]);
};
