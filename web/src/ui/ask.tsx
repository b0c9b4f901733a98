/** A question before something that cannot be taken back. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button, type ButtonProps, css } from "./index.tsx";

export const Ask = ({
  text,
  yes,
  no,
  onYes,
  onNo,
  busy = false,
  children,
}: {
  text: string;
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
  busy?: boolean;
  /** Below the question: a field, or why it failed. */
  children?: ComponentChildren;
}) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog ref={ref} class={css.dialog} aria-labelledby={id} onCancel={onNo}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onYes();
        }}
      >
        <p id={id}>{text}</p>
        {children}
        <div class="row">
          <Button onClick={onNo}>{no}</Button>
          <Button type="submit" look="danger" busy={busy}>
            {yes}
          </Button>
        </div>
      </form>
    </dialog>
  );
};

type AskFirstProps = Omit<ButtonProps, "onClick" | "children"> &
  Pick<Parameters<typeof Ask>[0], "yes" | "no" | "onYes"> & { ask: string };

/** A button named `yes` that asks before it acts. */
export const AskFirst = ({ ask, yes, no, onYes, ...rest }: AskFirstProps) => {
  const [asking, set] = useState(false);
  const done = () => {
    set(false);
    onYes();
  };
  return (
    <>
      <Button {...rest} onClick={() => set(true)}>
        {yes}
      </Button>
      {asking && <Ask text={ask} yes={yes} no={no} onYes={done} onNo={() => set(false)} />}
    </>
  );
};
