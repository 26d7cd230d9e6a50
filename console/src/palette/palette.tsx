// Ctrl+K: every action, case, unit and rule from one line of typing.
import { useEffect, useId, useMemo, useState } from "react";
import { calls } from "../api/calls";
import type { CaseBrief } from "../api/types";
import { composing } from "../keys/keymap";
import { Problem } from "../api/http";
import { useAnswer } from "../live/cache";
import { seenPosition } from "../live/line";
import { Key } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useGroups } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useMatters, useUnits } from "../shell/session";
import { keepPersonal, NOTHING } from "../search/question";
import { useWords } from "../words";

interface Hit {
  id: string;
  group: string;
  name: string;
  more: string;
  key?: string | undefined;
  run: () => void;
}

/** Words go in a body; where there is no index the list still finds what is recent. */
async function look(words: string): Promise<{ items: readonly CaseBrief[]; pos: number }> {
  try {
    return await calls.search({ question: { q: words }, skip: 0, limit: 6, facets: false });
  } catch (error) {
    if (!(error instanceof Problem) || error.key !== "no_index") throw error;
    return { items: (await calls.cases({ q: words, limit: 6 })).items, pos: Number.MAX_SAFE_INTEGER };
  }
}

export function Palette({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const groups = useGroups();
  const units = useUnits();
  const matters = useMatters();
  const [half, setHalf] = useState(false);
  const [whole, setWhole] = useState("");
  // Half a syllable finds nothing and is asked of nobody.
  if (!half && whole !== text) setWhole(text);
  // Never a moment behind: Enter means what stands there now.
  const wanted = whole.trim();
  const found = useAnswer(wanted.length >= 2 ? `cases:palette:${wanted}` : null, () => look(wanted));
  // The index is a moment behind the log: what this window has heard of is asked for again.
  const behind = found.value !== undefined && found.value.pos < seenPosition();
  const { again } = found;
  useEffect(() => {
    if (!behind) return;
    const timer = setTimeout(again, 300);
    return () => clearTimeout(timer);
  }, [behind, found.value]);

  const hits = useMemo(() => {
    const lower = wanted.toLowerCase();
    const all: Hit[] = [];
    for (const group of [...groups].reverse()) {
      for (const action of group.actions) {
        if (action.quiet === true || !action.label.toLowerCase().includes(lower)) continue;
        all.push({ id: `a:${action.id}`, group: t.palette.actions, name: action.label, more: "", key: action.key, run: action.run });
      }
    }
    if (lower !== "") {
      for (const each of found.value?.items ?? []) {
        all.push({ id: `c:${each.id}`, group: t.palette.cases, name: each.no, more: each.summary, run: () => navigate(casePath(each.id)) });
      }
      for (const each of units.filter((unit) => unit.name.toLowerCase().includes(lower) || unit.duty.includes(lower)).slice(0, 5)) {
        all.push({ id: `u:${each.code}`, group: t.palette.units, name: each.name, more: each.duty, run: () => navigate(`/cases?unit=${encodeURIComponent(each.code)}`) });
      }
      for (const each of matters.filter((matter) => `${matter.code} ${matter.name}`.toLowerCase().includes(lower)).slice(0, 6)) {
        all.push({ id: `m:${each.code}`, group: t.palette.rules, name: `${each.code} ${each.name}`, more: `${t.desk[each.desk]} · ${each.lead_name} · ${each.basis}`, run: () => navigate(`/cases?matter=${encodeURIComponent(each.code)}`) });
      }
    }
    if (lower !== "") {
      all.push({
        id: "everything",
        group: t.palette.actions,
        name: t.search.everything,
        more: "",
        run: () => {
          keepPersonal({ ...NOTHING, q: wanted });
          navigate("/search");
          dispatchEvent(new Event("liandong-search"));
        },
      });
    }
    // The last one is always there: when nothing fits, it is what is left.
    return [...all.slice(0, 23), ...all.slice(23).slice(-1)];
  }, [groups, units, matters, found.value, wanted, t]);

  const chosen = Math.min(at, Math.max(hits.length - 1, 0));
  const run = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    // After the dialog has given the focus back.
    setTimeout(hit.run, 0);
  };
  return (
    <Dialog label={t.palette.title} className="palette" onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label={t.palette.title}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={hits[chosen] === undefined ? undefined : `${id}-${chosen}`}
        placeholder={t.palette.hint}
        autoComplete="off"
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onCompositionStart={() => setHalf(true)}
        onCompositionEnd={() => setHalf(false)}
        onKeyDown={(event) => {
          if (composing(event.nativeEvent)) return;
          if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, hits.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
          else if (event.key === "Enter") run(hits[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <ul role="listbox" id={`${id}-list`} aria-label={t.palette.title}>
        {hits.map((hit, i) => (
          <li key={hit.id} id={`${id}-${i}`} role="option" aria-selected={i === chosen} onClick={() => run(hit)} onMouseMove={() => setAt(i)}>
            <span className="palette-group">{hits[i - 1]?.group === hit.group ? "" : hit.group}</span>
            <span className="palette-name">{hit.name}</span>
            <span className="palette-more">{hit.more}</span>
            {hit.key !== undefined && <Key name={hit.key} />}
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p className="empty">{t.palette.nothing}</p>}
    </Dialog>
  );
}
