// What surrounds every page of somebody who is signed in.
import { useState, type ReactNode } from "react";
import type { Role } from "../api/types";
import { Palette } from "../palette/palette";
import { officePath, sectionsFor } from "../office/sections";
import { Link } from "../route/link";
import { navigate, type Route } from "../route/router";
import { useWords } from "../words";
import { useActions, type Action } from "./actions";
import { Bar } from "./bar";
import { Help } from "./help";
import { nextTheme } from "./look";
import { Seat } from "./seat";
import { useSession } from "./session";

type Place = "desk" | "inbox" | "lead" | "field" | "search" | "followup" | "supervision" | "scores" | "bulletins" | "registers" | "office";

const ICONS: Record<Place, ReactNode> = {
  desk: <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2" />,
  inbox: <path d="M4 13h4l2 3h4l2-3h4M4 13l3-8h10l3 8v6H4z" />,
  lead: <path d="M9 6h11M9 12h11M9 18h11M4 6l1 1 2-2M4 12l1 1 2-2M4 18l1 1 2-2" />,
  field: <path d="M12 3a6 6 0 0 1 6 6c0 4.5-6 12-6 12S6 13.500 6 9a6 6 0 0 1 6-6M12 7a2 2 0 1 1 0 4 2 2 0 0 1 0-4" />,
  office: <path d="M12 8.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1" />,
  followup: <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2M14 5l2 2 4-4" />,
  supervision: <path d="M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4" />,
  scores: <path d="M4 20V10h4v10M10 20V4h4v16M16 20v-7h4v7" />,
  bulletins: <path d="M6 3h9l4 4v14H6zM15 3v4h4M9 17v-3M12 17v-6M15 17v-4" />,
  registers: <path d="M5 4h14v16H5zM9 4v16M12 9h4M12 13h4" />,
  search: <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 20 20" />,
};

/** The pages a person with these roles works on, the first one being home. */
export function placesFor(roles: readonly Role[]): Place[] {
  const has = (...wanted: Role[]) => wanted.some((role) => roles.includes(role));
  const places: Place[] = [];
  if (has("operator")) places.push("desk");
  if (has("lead", "supervisor", "commander")) places.push("lead");
  if (has("lead") && !places.includes("desk")) places.push("desk");
  if (has("clerk", "crew")) places.push("inbox");
  if (has("crew")) places.push("field");
  if (has("follow_up", "supervisor", "lead", "assessor", "commander")) places.push("followup");
  // The three administrators and the knowledge editor read no case; who has no role yet reads nothing.
  const administers = (role: Role) => role === "system_admin" || role === "security_admin" || role === "audit_admin" || role === "knowledge";
  if (!roles.every(administers)) places.push("search");
  if (has("supervisor", "lead", "commander", "assessor", "clerk")) places.push("supervision");
  return places;
}

/** Where somebody starts. */
export function homeFor(roles: readonly Role[]): string {
  const first = placesFor(roles)[0] ?? "office";
  // On a phone the crew's four buttons are what is wanted.
  if (roles.includes("crew") && typeof matchMedia === "function" && matchMedia("(max-width: 600px)").matches) return "/field";
  return `/${first}`;
}

export function Frame({ route, children }: { route: Route; children: ReactNode }) {
  const t = useWords();
  const { me } = useSession();
  const [over, setOver] = useState<"help" | "palette" | null>(null);
  const sections = sectionsFor(me.may);
  const places: Place[] = [...placesFor(me.account.roles), ...(me.may.includes("read_scores") ? (["scores"] as const) : []), ...(me.may.includes("read_bulletin") ? (["bulletins"] as const) : []), ...(me.may.includes("read_register") ? (["registers"] as const) : []), ...(sections.length > 0 ? (["office"] as const) : [])];
  const labels: Record<Place, string> = { desk: t.action.go_desk, inbox: t.action.go_inbox, lead: t.action.go_lead, field: t.action.go_field, search: t.search.go, followup: t.action.go_followup, supervision: t.ladder.go, scores: t.action.go_scores, bulletins: t.action.go_bulletins, registers: t.action.go_registers, office: t.action.go_office };
  const hrefs = (place: Place) => (place === "office" ? officePath(sections[0] ?? "") : `/${place}`);
  const actions: Action[] = [
    { id: "palette", label: t.action.palette, key: "Ctrl+k", run: () => setOver("palette"), quiet: true },
    { id: "help", label: t.action.help, key: "?", run: () => setOver("help") },
    ...places.map((place): Action => ({ id: `go_${place}`, label: labels[place], run: () => navigate(hrefs(place)), ...(place === "search" ? { key: "/" } : {}) })),
    ...(places.includes("search") ? [{ id: "go_cases", label: t.action.go_cases, run: () => navigate("/cases") }] : []),
    ...(me.may.includes("read_desk") ? [{ id: "go_wall", label: t.work.key.go_wall, run: () => navigate("/wall") }] : []),
    { id: "go_notices", label: t.bell.go_notices, run: () => navigate("/notices") },
    { id: "go_roster", label: t.bell.go_roster, run: () => navigate("/roster") },
    ...(me.may.includes("intake") ? [{ id: "go_message_queue", label: t.call.go_messages, run: () => navigate("/messages") }] : []),
    { id: "theme", label: t.action.theme, run: nextTheme },
  ];
  useActions("everywhere", actions);
  const here: Place | null = route.page === "desk" || route.page === "inbox" || route.page === "lead" || route.page === "search" || route.page === "followup" || route.page === "supervision" || route.page === "scores" || route.page === "bulletins" || route.page === "registers" || route.page === "office" ? route.page : null;
  return (
    <div className="frame">
      <Bar onHelp={() => setOver("help")} onPalette={() => setOver("palette")} />
      <nav className="rail" aria-label={t.nav.main}>
        {places.map((place) => (
          <Link key={place} href={hrefs(place)} aria-current={here === place ? "page" : undefined}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              {ICONS[place]}
            </svg>
            {place === "search" ? t.search.nav : place === "supervision" ? t.ladder.nav : t.nav[place]}
          </Link>
        ))}
        {me.may.includes("intake") && (
          <Link href="/messages" aria-current={route.page === "messages" ? "page" : undefined}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 5h16v11H9l-5 4zM8 9h8M8 12h5" />
            </svg>
            {t.call.messages}
          </Link>
        )}
        <Link href="/roster" aria-current={route.page === "roster" ? "page" : undefined}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 6h14v14H5zM5 10h14M9 4v4M15 4v4M9 14h2M13 14h2" />
          </svg>
          {t.bell.roster}
        </Link>
      </nav>
      <Seat home={route.page === "desk"} />
      {children}
      {over === "help" && <Help onClose={() => setOver(null)} />}
      {over === "palette" && <Palette onClose={() => setOver(null)} />}
    </div>
  );
}
