// The book of rules in force, as it is quoted.
import { useState } from "react";
import { lengthText } from "../case/rule";
import { useAnswer } from "../live/cache";
import { Answered, Rows } from "../office/parts";
import { useWords } from "../words";
import { supervision } from "./calls";
import { useSupervisionWords } from "./words";

export function RulesPart() {
  const s = useSupervisionWords();
  const t = useWords();
  const entry = useAnswer("supervision:rules", supervision.rules);
  const [chosen, setChosen] = useState<string | null>(null);
  const book = entry.value;
  return (
    <section className="office-main" aria-label={s.parts["rules"]}>
      <p className="hint">{book !== undefined && s.rules.hint(book.name, book.version)}</p>
      <Answered entry={entry}>
        <Rows
          label={s.parts["rules"] ?? ""}
          rows={book?.rules ?? []}
          idOf={(each) => each.id}
          chosen={chosen}
          onChoose={setChosen}
          empty="—"
          columns={[
            { name: s.rules.id, cell: (each) => <b>{each.id}</b>, className: "figures" },
            { name: s.rules.open, cell: (each) => t.ladder.rung[each.open] },
            { name: s.rules.words, cell: (each) => <span title={each.basis}>{each.words}</span>, className: "wide" },
            { name: s.rules.after, cell: (each) => s.rules.afters[each.after] ?? each.after },
            { name: s.rules.within, cell: (each) => lengthText(t, each.answer_within), className: "figures" },
            { name: s.rules.skips, cell: (each) => each.skips, className: "wide" },
          ]}
        />
      </Answered>
    </section>
  );
}
