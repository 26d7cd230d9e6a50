// Which parts of the back office somebody sees. Small, because the navigation needs it before the office is loaded.

export const SECTIONS = ["links", "accounts", "calendar", "units", "list", "audit", "system", "redact", "clocks", "channels", "models", "places", "knowledge", "keys", "imports"] as const;
export type Section = (typeof SECTIONS)[number];

const RIGHTS: Record<Section, readonly string[]> = {
  links: ["mend_link"],
  accounts: ["administer", "grant_roles"],
  calendar: ["administer"],
  units: ["administer"],
  list: ["edit_list", "publish_list"],
  audit: ["read_audit"],
  system: ["administer"],
  redact: ["redact"],
  clocks: ["administer", "edit_list", "publish_list"],
  channels: ["administer"],
  models: ["administer", "edit_list", "publish_list"],
  places: ["administer"],
  knowledge: ["write_knowledge", "approve_knowledge"],
  keys: ["rotate_keys"],
  imports: ["transfer"],
};

export function sectionsFor(may: readonly string[]): Section[] {
  return SECTIONS.filter((section) => RIGHTS[section].some((right) => may.includes(right)));
}

export function officePath(section: string, query = ""): string {
  return `/office/${section}${query}`;
}
