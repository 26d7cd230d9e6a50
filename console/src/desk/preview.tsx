// What a hand-over sends, field by field, before the key is pressed (law 7: the number travels).
import type { Me, Suggestion } from "../api/types";
import type { Draft } from "../draft/drafts";
import { short } from "../time/format";
import { serverNow } from "../time/now";
import { useWords } from "../words";
import { peerFor } from "./peer";

export function CrossingPreview({ draft, me, suggestion }: { draft: Draft; me: Me; suggestion: Suggestion | null }) {
  const t = useWords();
  const w = t.work.crossing;
  const peer = peerFor(me, suggestion?.desk ?? null);
  if (peer === undefined) return null;
  const or = (text: string) => (text.trim() === "" ? <span className="dim">{w.nothing}</span> : text.trim());
  const answer = suggestion?.due.answer;
  const callback = draft.contact_number.trim() !== "" && draft.contact_number.trim() !== draft.caller_number.trim() ? ` / ${draft.contact_number.trim()}` : "";
  return (
    <section className="crossing" aria-label={w.title(peer.peer_name)}>
      <h3>{w.title(peer.peer_name)}</h3>
      <dl>
        <div className="wide">
          <dt>{w.narrative}</dt>
          <dd>{draft.narrative.trim() === "" ? <b className="wrong">{w.lacking}</b> : draft.narrative.trim()}</dd>
        </div>
        <div>
          <dt>{w.place}</dt>
          <dd>
            {or(draft.place)} {draft.point !== null && <span className="sign quiet">{w.point}</span>}
          </dd>
        </div>
        <div>
          <dt>{w.number}</dt>
          <dd className="figures">
            {or(draft.caller_number)}
            {callback}
          </dd>
        </div>
        <div>
          <dt>{w.person}</dt>
          <dd>{or(draft.caller_name)}</dd>
        </div>
        <div>
          <dt>{w.matter}</dt>
          <dd>
            {suggestion?.matter == null ? t.triage.unowned : `${suggestion.matter} ${suggestion.matter_name}`} · {t.urgency[draft.urgency === "" ? (suggestion?.urgency ?? "normal") : draft.urgency]}
          </dd>
        </div>
      </dl>
      {draft.confidential && <p className="hint">{w.confidential}</p>}
      {answer !== undefined && <p className="hint">{w.answer_by(short(answer, serverNow()))}</p>}
    </section>
  );
}
