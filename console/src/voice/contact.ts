// A call that rings here opens a contact with its number, so that name and earlier cases are there before it is answered.
import { useEffect, useRef } from "react";
import { isBlank, type Draft } from "../draft/drafts";
import { useSession } from "../shell/session";
import type { CallNow } from "./calls";

/** Nothing was written but the number that was there when it rang. */
function untouched(draft: Draft): boolean {
  return isBlank({ ...draft, caller_number: "" }) && draft.case_id === null;
}

export function useContactOf(call: CallNow | null, ringing: boolean): void {
  const { drafts } = useSession();
  const opened = useRef<{ call: string; draft: string; made: boolean; answered: boolean } | null>(null);
  const id = call?.inbound === true ? call.call : "";
  const number = call?.number ?? "";
  const bound = call?.case != null;
  useEffect(() => {
    const before = opened.current;
    if (before !== null && before.call !== id) {
      opened.current = null;
      const left = drafts.snapshot().all.find((each) => each.id === before.draft);
      // Somebody else answered: what was made for it and holds nothing goes with it.
      if (before.made && !before.answered && left !== undefined && untouched(left)) drafts.close(left.id);
    }
    if (id === "" || bound) return;
    const known = opened.current;
    if (known !== null) {
      if (!ringing && !known.answered) {
        known.answered = true;
        drafts.choose(known.draft);
      }
      return;
    }
    const { all, active } = drafts.snapshot();
    const same = number === "" ? undefined : all.find((each) => each.case_id === null && each.caller_number === number);
    if (same !== undefined) {
      opened.current = { call: id, draft: same.id, made: false, answered: !ringing };
      if (!ringing) drafts.choose(same.id);
      return;
    }
    const blank = all.find((each) => isBlank(each) && each.case_id === null);
    const draft = blank ?? drafts.open({ caller_number: number });
    if (blank !== undefined) drafts.change(blank.id, { caller_number: number });
    opened.current = { call: id, draft: draft.id, made: true, answered: !ringing };
    // Whoever is writing goes on writing; the new one comes to the front with the answer.
    const writes = active !== null && active.id !== draft.id && !isBlank(active) && active.case_id === null;
    drafts.choose(ringing && writes ? active.id : draft.id);
  }, [id, number, ringing, bound, drafts]);
}
