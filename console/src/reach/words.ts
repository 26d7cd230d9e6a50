import { useLook } from "../shell/look";
import { enReach } from "../words/en-reach";
import { zhReach, type ReachWords } from "../words/zh-reach";

export type { ReachWords };

export function useReachWords(): ReachWords {
  return useLook().language === "en" ? enReach : zhReach;
}
