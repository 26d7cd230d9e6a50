// Supervision: the board by rung, the daily list, the watch list, what detectors found, the rules.
import { Key } from "../parts/signs";
import { Link } from "../route/link";
import { navigate, supervisionPath } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import "../office/office.css";
import "./supervision.css";
import { BoardPart } from "./board";
import { Daily } from "./daily";
import { Findings } from "./findings";
import { RulesPart } from "./rules";
import { Watch } from "./watch";
import { useSupervisionWords } from "./words";

const PARTS = ["board", "daily", "watch", "findings", "rules"] as const;

export default function Supervision({ part, query }: { part: string; query: URLSearchParams }) {
  const s = useSupervisionWords();
  const { me } = useSession();
  // A unit sees what is addressed to it, and the rules it was opened by.
  const unit = !me.account.roles.some((role) => role === "supervisor" || role === "lead" || role === "commander" || role === "assessor");
  const parts = PARTS.filter((each) => !unit || each === "board" || each === "rules");
  const at = parts.find((each) => each === part) ?? "board";
  useActions(
    "here",
    parts.map((each, i) => ({ id: `supervision_${each}`, label: `${s.title}：${s.parts[each] ?? each}`, key: `Alt+${i + 1}`, run: () => navigate(supervisionPath(each)) })),
  );
  return (
    <main className="office supervision">
      <header className="office-head">
        <h1>{unit && at === "board" ? s.unit_board : s.parts[at]}</h1>
        <nav aria-label={s.sections}>
          {parts.map((each, i) => (
            <Link key={each} href={supervisionPath(each)} aria-current={each === at ? "page" : undefined}>
              {s.parts[each]} <Key name={`Alt+${i + 1}`} />
            </Link>
          ))}
        </nav>
      </header>
      {at === "board" && <BoardPart wanted={query.get("measure")} />}
      {at === "daily" && <Daily />}
      {at === "watch" && <Watch />}
      {at === "findings" && <Findings />}
      {at === "rules" && <RulesPart />}
    </main>
  );
}
