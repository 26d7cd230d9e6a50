// 回访: whom to ask and what was said, the sample, inspections, the rules. Loaded when somebody goes there.
import { Link } from "../route/link";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { Key } from "../parts/signs";
import "../office/office.css";
import "./followup.css";
import { useFollowUpWords } from "./calls";
import { Calls } from "./desk";
import { InspectionList } from "./inspections";
import { Results } from "./results";
import { SamplingRules } from "./rules";

type Part = "calls" | "results" | "inspections" | "rules";

export default function FollowUp({ query }: { query: URLSearchParams }) {
  const w = useFollowUpWords();
  const { me } = useSession();
  const parts: Part[] = [...(me.may.includes("follow_up") ? (["calls"] as const) : []), "results", ...(me.may.includes("read_inspections") ? (["inspections"] as const) : []), "rules"];
  const at = parts.find((each) => each === query.get("part")) ?? parts[0] ?? "results";
  const path = (part: Part) => `/followup?part=${part}`;
  useActions("here", parts.map((each, i) => ({ id: `followup_${each}`, label: `${w.title}：${w.tab[each]}`, key: `Alt+${i + 1}`, run: () => navigate(path(each)) })));
  return (
    <main className="office followup">
      <header className="office-head">
        <h1>{w.title}</h1>
        <nav aria-label={w.tabs}>
          {parts.map((each, i) => (
            <Link key={each} href={path(each)} aria-current={each === at ? "page" : undefined}>
              {w.tab[each]} <Key name={`Alt+${i + 1}`} />
            </Link>
          ))}
        </nav>
      </header>
      {at === "calls" ? <Calls /> : at === "results" ? <Results /> : at === "inspections" ? <InspectionList /> : <SamplingRules />}
    </main>
  );
}
