// Which key does what. Nothing fires while an input method composes: half a pinyin is not an order.

/** The parts of a keyboard event that decide; a plain object in tests. */
export interface Press {
  key: string;
  code: string;
  keyCode?: number;
  isComposing?: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

/** Whether an input method owns this press. 229 is what browsers send when it does (and Safari's last Enter). */
export function composing(press: Pick<Press, "isComposing" | "keyCode">): boolean {
  return press.isComposing === true || press.keyCode === 229;
}

/**
 * The name of a press: "Ctrl+Enter", "Alt+3", "F8", "s", "?".
 *
 * Letters and digits go by their place on the board, so that Alt+3 is Alt+3 whatever the layout
 * types with it. Shift is named only for keys that print nothing.
 */
export function chord(press: Press): string {
  const base = baseOf(press);
  const prints = base.length === 1;
  const mods = [
    press.ctrlKey || press.metaKey ? "Ctrl+" : "",
    press.altKey ? "Alt+" : "",
    press.shiftKey && (!prints || press.ctrlKey || press.altKey) ? "Shift+" : "",
  ];
  return mods.join("") + base;
}

function baseOf(press: Press): string {
  if (press.key === "?" || press.key === "\uff1f") return "?";
  // An input method types 、 with it, and 【 】 with these.
  if (press.code === "Slash" && !press.shiftKey) return "/";
  if (press.code === "BracketLeft" && !press.shiftKey) return "[";
  if (press.code === "BracketRight" && !press.shiftKey) return "]";
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined) return letter.toLowerCase();
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1];
  if (digit !== undefined) return digit;
  if (press.key === " ") return "Space";
  return press.key;
}

/** Keys a browser or an input method needs; a binding to one of them is a mistake in this program. */
const OWNED = new Set([
  "Ctrl+a", "Ctrl+c", "Ctrl+f", "Ctrl+l", "Ctrl+n", "Ctrl+p", "Ctrl+r", "Ctrl+s", "Ctrl+t", "Ctrl+v", "Ctrl+w",
  "Ctrl+x", "Ctrl+z", "Ctrl+y", "Ctrl+h", "Ctrl+d", "Ctrl+j", "Ctrl+u", "Ctrl+Space", "Ctrl+.", "Ctrl+,",
  "Ctrl+Shift+f", "Ctrl+Shift+i", "Ctrl+Shift+n", "Ctrl+Shift+t", "Shift+Space", "Alt+d", "Alt+e", "Alt+f", "Alt+Tab",
  "Alt+F4", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home", "F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", "Tab",
]);

export function owned(name: string): boolean {
  return OWNED.has(name);
}

/** Whether typing goes into this element, so that a lone letter is text and not an order. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !["checkbox", "radio", "button", "submit", "reset", "range"].includes(target.type);
}

export interface Binding {
  /** As `chord` names it. */
  key: string;
  run: (event: KeyboardEvent) => void;
  /** Also while typing. Only chords with Ctrl or Alt, function keys and Escape may. */
  typing?: boolean;
}

interface Layer {
  bindings: () => readonly Binding[];
  /** Nothing below a modal layer hears a key. */
  modal: boolean;
}

const layers: Layer[] = [];

/** Puts a layer on top; the answer takes it away again. */
export function pushLayer(layer: Layer): () => void {
  layers.push(layer);
  return () => {
    const at = layers.indexOf(layer);
    if (at >= 0) layers.splice(at, 1);
  };
}

/** Finds the binding for a press, from the top layer down. */
export function find(press: Press, typing: boolean): Binding | undefined {
  if (composing(press)) return undefined;
  const name = chord(press);
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const layer = layers[i];
    if (layer === undefined) continue;
    const hit = layer.bindings().find((each) => each.key === name && (!typing || each.typing === true));
    if (hit !== undefined) return hit;
    if (layer.modal) return undefined;
  }
  return undefined;
}

/** Enter and Space on a control belong to the control. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" && event.key !== " ") return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return event.target instanceof HTMLElement && event.target.closest("button, a[href], summary, input, select") !== null;
}

/** Listens for the whole page; call once. */
export function listen(target: Window = window): () => void {
  const hear = (event: KeyboardEvent) => {
    if (event.defaultPrevented || belongsToControl(event)) return;
    const binding = find(event, takesText(event.target));
    if (binding === undefined) return;
    // A key held down must not send a case five times.
    if (event.repeat && !/^(j|k|Arrow)/.test(binding.key)) {
      event.preventDefault();
      return;
    }
    event.preventDefault();
    binding.run(event);
  };
  target.addEventListener("keydown", hear);
  return () => target.removeEventListener("keydown", hear);
}
