import { useEffect, useRef, type ReactNode } from "react";
import { useKeys } from "../keys/use-keys";

/** The platform's own dialog: it traps the focus and gives it back. */
export function Dialog({ label, className, onClose, children }: { label: string; className?: string; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLDialogElement>(null);
  useKeys([{ key: "Escape", run: onClose, typing: true }], { modal: true });
  useEffect(() => {
    const dialog = box.current;
    // jsdom has no showModal.
    if (typeof dialog?.showModal === "function") dialog.showModal();
    else dialog?.setAttribute("open", "");
    return () => {
      if (typeof dialog?.close === "function") dialog.close();
    };
  }, []);
  return (
    <dialog
      ref={box}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}
