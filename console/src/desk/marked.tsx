// A textarea that shows which of its words a rule fired on: a mirror behind it, nothing in it.
import { useLayoutEffect, useRef, type ComponentPropsWithRef } from "react";
import type { Mark } from "./suggest";

export function MarkedText({ marks, value, ref, ...rest }: Omit<ComponentPropsWithRef<"textarea">, "value"> & { marks: readonly Mark[]; value: string }) {
  const mirror = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLTextAreaElement | null>(null);
  const follow = () => {
    if (mirror.current !== null && box.current !== null) mirror.current.scrollTop = box.current.scrollTop;
  };
  useLayoutEffect(follow);
  const pieces: { text: string; mark: Mark | null }[] = [];
  let at = 0;
  for (const mark of marks) {
    pieces.push({ text: value.slice(at, mark.start), mark: null }, { text: value.slice(mark.start, mark.end), mark });
    at = mark.end;
  }
  pieces.push({ text: value.slice(at), mark: null });
  return (
    <div className="marked">
      <div className="marked-mirror" ref={mirror} aria-hidden="true">
        {pieces.map((piece, i) => (piece.mark === null ? piece.text : <mark key={i} className={piece.mark.danger ? "danger" : ""}>{piece.text}</mark>))}
        {"\n"}
      </div>
      <textarea
        {...rest}
        value={value}
        onScroll={follow}
        ref={(element) => {
          box.current = element;
          if (typeof ref === "function") ref(element);
          else if (ref != null) ref.current = element;
        }}
      />
    </div>
  );
}
