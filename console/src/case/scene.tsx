// What the scene asks of the desk: a report that waits for an instruction, disputes and what was decided.
import type { CaseView } from "../api/types";
import { Time } from "../parts/signs";
import { useWords } from "../words";

export function SceneWaits({ view }: { view: CaseView }) {
  const t = useWords();
  const waits = view.awaiting ?? null;
  if (waits === null) return null;
  return (
    <p className="scene-waits" role="alert">
      <span className="sign danger">▲ {t.scene.waits(waits.unit_name)}</span> <b>{waits.grounds.map((ground) => t.scene.ground[ground]).join("、")}</b> <Time at={waits.at} />
    </p>
  );
}

export function Disputes({ view }: { view: CaseView }) {
  const t = useWords();
  const disputes = view.disputes ?? [];
  if (disputes.length === 0) return null;
  return (
    <section aria-label={t.scene.disputes}>
      <h3>{t.scene.disputes}</h3>
      <ol className="case-ladder">
        {disputes.map((each) => (
          <li key={each.dispute}>
            <b>
              {each.dispute} {t.scene.about[each.about]}
            </b>{" "}
            {t.scene.raised(each.unit_name)} {each.against_name !== "" && t.scene.against(each.against_name)} <Time at={each.at} />{" "}
            <span className={`sign ${each.settled_at === null ? "task" : "quiet"}`}>{each.settled_at === null ? t.scene.open : t.scene.settled(each.bearer_name)}</span>
            <q className="dim">{each.text}</q>
            {each.settled_at !== null && (
              <q>
                {each.reason}（{each.basis}）
              </q>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
