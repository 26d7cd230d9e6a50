// On the desk: that messages wait, how long the first still has, and one key to it. Nothing where none does.
import { useAnswer } from "../live/cache";
import { Key } from "../parts/signs";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { messages } from "./calls";
import { Clock } from "./clock";
import { useMessageWords } from "./words";
import "./message.css";

export default function MessageStrip() {
  const m = useMessageWords();
  const queue = useAnswer("messages:queue", messages.queue).value;
  const first = queue?.waiting[0];
  useActions("here", [{ id: "go_messages", label: m.go, key: "Alt+Shift+q", run: () => navigate("/messages") }]);
  if (queue === undefined || first === undefined) return null;
  return (
    <section className="message-strip" role="status" aria-label={m.title}>
      <b>{m.waiting(queue.waiting.length)}</b>
      <span className="message-short">
        {m.first(first.number)} 「{first.text.slice(0, 40)}」
      </span>
      {first.due != null && <Clock due={first.due} />}
      <button type="button" onClick={() => navigate("/messages")}>
        {m.go} <Key name="Alt+Shift+q" />
      </button>
    </section>
  );
}
