// The button under a list that has more: its key is printed on it as on any other.
import { useActions } from "../shell/actions";
import { Key } from "./signs";

/** Where the hand is in a box of text from the start, `chord` is a key that is heard there, too. */
export function More({ label, onMore, chord = "m" }: { label: string; onMore: () => void; chord?: string }) {
  useActions("here", [{ id: "list_more", label, key: chord, run: onMore }]);
  return (
    <button type="button" className="more" onClick={onMore}>
      {label} <Key name={chord} />
    </button>
  );
}
