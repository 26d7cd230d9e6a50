import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chord, composing, find, listen, owned, pushLayer, takesText, type Press } from "./keymap";

function press(over: Partial<Press>): Press {
  return { key: "", code: "", ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...over };
}

describe("names of presses", () => {
  it("go by the place on the board", () => {
    expect(chord(press({ key: "™", code: "Digit3", altKey: true }))).toBe("Alt+3");
    expect(chord(press({ key: "3", code: "Numpad3", altKey: true }))).toBe("Alt+3");
    expect(chord(press({ key: "S", code: "KeyS", shiftKey: true }))).toBe("s");
    expect(chord(press({ key: "Enter", code: "Enter", ctrlKey: true }))).toBe("Ctrl+Enter");
    expect(chord(press({ key: "\uff1f", code: "Slash", shiftKey: true }))).toBe("?");
    expect(chord(press({ key: "k", code: "KeyK", metaKey: true }))).toBe("Ctrl+k");
    // With a Chinese input method on.
    expect([chord(press({ key: "、", code: "Slash" })), chord(press({ key: "【", code: "BracketLeft" })), chord(press({ key: "】", code: "BracketRight" }))]).toEqual(["/", "[", "]"]);
  });

  it("know which keys are not ours", () => {
    expect(owned("Ctrl+t")).toBe(true);
    expect(owned("Alt+3")).toBe(false);
  });
});

describe("an open composition", () => {
  it("is seen by both of its signs", () => {
    expect(composing({ isComposing: true })).toBe(true);
    expect(composing({ keyCode: 229 })).toBe(true);
    expect(composing({ isComposing: false, keyCode: 13 })).toBe(false);
  });
});

describe("the listener", () => {
  let stop: () => void;
  let drop: () => void;
  const run = vi.fn();

  beforeEach(() => {
    run.mockReset();
    document.body.innerHTML = `<textarea></textarea><button>x</button><input type="checkbox">`;
    stop = listen();
    drop = pushLayer({
      modal: false,
      bindings: () => [
        { key: "Ctrl+Enter", run, typing: true },
        { key: "Enter", run },
        { key: "s", run },
        { key: "j", run },
      ],
    });
  });
  afterEach(() => {
    stop();
    drop();
  });

  function send(selector: string, init: KeyboardEventInit) {
    const target = document.querySelector(selector);
    const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
    (target ?? document.body).dispatchEvent(event);
    return event;
  }

  it("fires nothing while composing, and leaves the key to the input method", () => {
    const event = send("textarea", { key: "Enter", code: "Enter", ctrlKey: true, isComposing: true });
    expect(run).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });

  it("fires nothing for keyCode 229", () => {
    send("textarea", { key: "Process", code: "Enter", keyCode: 229, ctrlKey: true } as KeyboardEventInit);
    expect(run).not.toHaveBeenCalled();
  });

  it("fires a chord while typing but a letter only outside of text", () => {
    send("textarea", { key: "s", code: "KeyS" });
    expect(run).not.toHaveBeenCalled();
    send("textarea", { key: "Enter", code: "Enter", ctrlKey: true });
    expect(run).toHaveBeenCalledTimes(1);
    send("body", { key: "s", code: "KeyS" });
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("leaves Enter to a button that has the focus", () => {
    send("button", { key: "Enter", code: "Enter" });
    expect(run).not.toHaveBeenCalled();
  });

  it("does not repeat an order while the key is held, but does move on", () => {
    send("body", { key: "s", code: "KeyS", repeat: true });
    expect(run).not.toHaveBeenCalled();
    send("body", { key: "j", code: "KeyJ", repeat: true });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("stops at a modal layer", () => {
    const away = pushLayer({ modal: true, bindings: () => [] });
    expect(find(press({ key: "s", code: "KeyS" }), false)).toBeUndefined();
    away();
    expect(find(press({ key: "s", code: "KeyS" }), false)).toBeDefined();
  });

  it("takes a checkbox for no text", () => {
    expect(takesText(document.querySelector("input"))).toBe(false);
    expect(takesText(document.querySelector("textarea"))).toBe(true);
  });
});
