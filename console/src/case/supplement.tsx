// New words that come in halfway. Danger in them is shown while they are still being typed.
import { useRef, useState } from "react";
import { composing } from "../keys/keymap";
import { useKept } from "../draft/kept";
import { useSend } from "../command/send";
import { useSuggestion } from "../desk/suggest";
import { Failure, Key } from "../parts/signs";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { useWords } from "../words";

export function Supplement({ id }: { id: string }) {
  const t = useWords();
  const { me } = useSession();
  const [text, setText, forget] = useKept(`${me.account.id}.case.${id}.supplement`);
  const [open, setOpen] = useState(false);
  const { busy, error, send } = useSend();
  const box = useRef<HTMLTextAreaElement>(null);
  const { suggestion } = useSuggestion(text, "", open);
  const danger = text.trim() === "" ? [] : (suggestion?.danger ?? []);
  useActions("here", [{ id: "supplement", label: t.action.supplement, key: "n", run: () => box.current?.focus() }]);
  const submit = async () => {
    if (text.trim() === "" || busy) return;
    if ((await send(id, { command: "add_detail", text: text.trim() })) !== null) forget();
  };
  return (
    <form
      className="supplement"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={`supplement-${id}`}>
        {t.case.supplement} <Key name="n" />
      </label>
      <textarea
        ref={box}
        id={`supplement-${id}`}
        rows={2}
        placeholder={t.case.supplement_hint}
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (composing(event.nativeEvent)) return;
          if (event.key === "Enter" && event.ctrlKey) {
            event.preventDefault();
            void submit();
          } else if (event.key === "Escape") box.current?.blur();
        }}
      />
      {danger.length > 0 && (
        <p className="danger-line" role="alert">
          <i aria-hidden="true">▲</i> {danger.map((each) => `${each.name}「${each.words}」`).join(" ")} {danger[0]?.advice}
        </p>
      )}
      {error !== null && <Failure error={error} />}
      <button type="submit" disabled={busy || text.trim() === ""}>
        {t.case.supplement_send} <Key name="Ctrl+Enter" />
      </button>
    </form>
  );
}
