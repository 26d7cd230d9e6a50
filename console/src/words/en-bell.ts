// The bell in the frame, in English.
import type { bell as zh } from "./zh-bell";

export const bell: typeof zh = {
  notices: "Notices",
  roster: "Roster",
  unseen: (n) => `${n} not seen`,
  none: "No notices that were not seen",
  go_notices: "Go to the notices",
  go_roster: "Go to the roster",
};
