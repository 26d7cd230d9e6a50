// The back office: what its administrators do, each part for those who have the right.
import { Link } from "../route/link";
import { navigate } from "../route/router";
import { useActions } from "../shell/actions";
import { useSession } from "../shell/session";
import { Key } from "../parts/signs";
import "./office.css";
import { Accounts } from "./accounts";
import { Audit } from "./audit";
import { CalendarDays } from "./calendar";
import { Clocks } from "./clocks";
import { ChannelsPart } from "./channels";
import { Imports } from "./imports";
import { LinkKeysPart } from "./keys";
import { Knowledge } from "./knowledge";
import { Links } from "./links";
import { ListPlace } from "./list/list";
import { Models } from "./models/models";
import { Places } from "./places";
import { Redact } from "./redact";
import { officePath, sectionsFor, type Section } from "./sections";
import { System } from "./system";
import { Units } from "./units";
import { useOfficeWords } from "./words";

export default function Office({ section, query }: { section: string; query: URLSearchParams }) {
  const o = useOfficeWords();
  const { me } = useSession();
  const sections = sectionsFor(me.may);
  const at = sections.find((each) => each === section) ?? sections[0] ?? null;
  useActions(
    "here",
    sections.map((each, i) => ({ id: `office_${each}`, label: `${o.title}：${o.section[each]}`, key: `Alt+${i + 1}`, run: () => navigate(officePath(each)) })),
  );
  if (at === null) {
    return (
      <main className="page missing">
        <h1>{o.title}</h1>
        <p>{o.nothing}</p>
      </main>
    );
  }
  return (
    <main className="office">
      <header className="office-head">
        <h1>{o.section[at]}</h1>
        <nav aria-label={o.nav}>
          {sections.map((each, i) => (
            <Link key={each} href={officePath(each)} aria-current={each === at ? "page" : undefined}>
              {o.section[each]} <Key name={`Alt+${i + 1}`} />
            </Link>
          ))}
        </nav>
      </header>
      <Part section={at} query={query} />
    </main>
  );
}

function Part({ section, query }: { section: Section; query: URLSearchParams }) {
  switch (section) {
    case "links":
      return <Links />;
    case "accounts":
      return <Accounts />;
    case "calendar":
      return <CalendarDays />;
    case "units":
      return <Units />;
    case "list":
      return <ListPlace />;
    case "audit":
      return <Audit key={query.toString()} query={query} />;
    case "system":
      return <System />;
    case "redact":
      return <Redact />;
    case "clocks":
      return <Clocks />;
    case "channels":
      return <ChannelsPart />;
    case "models":
      return <Models />;
    case "places":
      return <Places />;
    case "knowledge":
      return <Knowledge />;
    case "keys":
      return <LinkKeysPart />;
    case "imports":
      return <Imports />;
  }
}
