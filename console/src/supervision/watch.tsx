// The watch list: special, serious, complicated and difficult cases until their end.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Answered, Rows, usePoll } from "../office/parts";
import { DueOf, holderName, StatusSign, Time } from "../parts/signs";
import { Link } from "../route/link";
import { casePath } from "../route/router";
import { useWords } from "../words";
import { supervision, type WatchLine } from "./calls";
import { briefOf } from "./daily";
import { useSupervisionWords } from "./words";

export function Watch() {
  const s = useSupervisionWords();
  const t = useWords();
  const entry = useAnswer("supervision:watch", supervision.watch);
  usePoll((key) => key === "supervision:watch");
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <section className="office-main" aria-label={s.parts["watch"]}>
      <p className="hint">{s.watch.hint}</p>
      <Answered entry={entry}>
        <Rows
          label={s.parts["watch"] ?? ""}
          rows={entry.value?.items ?? []}
          idOf={(each: WatchLine) => briefOf(each).id}
          chosen={chosen}
          onChoose={setChosen}
          empty={s.watch.empty}
          columns={[
            { name: s.case, cell: (each) => <Link href={casePath(briefOf(each).id)}>{briefOf(each).no}</Link>, className: "figures" },
            { name: s.watch.flags, cell: (each) => each.flags.map((flag) => <span key={flag.flag} className="sign task" title={flag.reason}>{t.ladder.flag[flag.flag]}</span>) },
            { name: s.matter, cell: (each) => briefOf(each).matter_name, className: "wide" },
            { name: s.daily.holder, cell: (each) => holderName(briefOf(each)) },
            { name: s.due, cell: (each) => <DueOf brief={briefOf(each)} /> },
            { name: s.state, cell: (each) => <StatusSign status={briefOf(each).status} task={briefOf(each).task} danger={briefOf(each).danger} /> },
            { name: s.watch.since, cell: (each) => each.flags.map((flag) => <span key={flag.flag}><Time at={flag.at} /> {flag.by} <span className="dim">{flag.reason}</span></span>), className: "wide" },
          ]}
        />
      </Answered>
    </section>
  );
}
