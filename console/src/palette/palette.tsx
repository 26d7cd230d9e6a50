// Ctrl+K: every action, case, unit and rule from one line of typing.
import { useDeferredValue, useId, useMemo, useState } from "react";
import { calls } from "../api/calls";
import { composing } from "../keys/keymap";
import { useAnswer } from "../live/cache";
import { Key } from "../parts/signs";
import { casePath, navigate } from "../route/router";
import { useGroups } from "../shell/actions";
import { Dialog } from "../shell/dialog";
import { useMatters, useUnits } from "../shell/session";
import { useWords } from "../words";

interface Hit {
  id: string;
  group: string;
  name: string;
  more: string;
  key?: string | undefined;
  run: () => void;
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
  const wanted = useDeferredValue(whole.trim());
  const found = useAnswer(wanted.length >= 2 ? `cases:palette:${wanted}` : null, () => calls.cases({ q: wanted, limit: 6 }));

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
    return all.slice(0, 24);
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
