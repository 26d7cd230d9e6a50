// What was published: its digest, the sheet as it was, and counting it again from the log.
import { useState } from "react";
import { useAnswer } from "../live/cache";
import { Answered, Doings, Done, Rows, type Said } from "../office/parts";
import { useSending } from "../office/sending";
import { exact } from "../time/format";
import { scores, type Publication, type ScoreOffice } from "./calls";
import { SheetView } from "./sheet";
import { useNamed, useScoreWords, useSentence } from "./words";

export function Published({ office }: { office: ScoreOffice }) {
  const s = useScoreWords();
  const named = useNamed();
  const sentence = useSentence();
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState<Publication | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const sending = useSending();
  const current = office.publications.find((each) => each.id === chosen) ?? office.publications[0];
  const recount = async () => {
    if (current === undefined) return;
    setSaid(null);
    const done = await sending.send({ recount: current.id, at: Date.now() }, () => scores.recount(current.id));
    if (done !== null) setSaid({ text: done.same ? s.recount_same(done.cases) : s.recount_differs(done.differs ?? "") });
  };
  if (shown !== null) return <Frozen office={office} publication={shown} onClose={() => setShown(null)} />;
  const schemeName = (id: string) => named(office.schemes.find((each) => each.id === id), id);
  return (
    <div className="office-two">
      <section className="office-main" aria-label={s.publications}>
        <Doings
          label={s.publications}
          busy={sending.busy}
          actions={[
            { id: "score_recount", label: s.recount, key: "r", run: () => void recount(), off: current === undefined, primary: true },
            { id: "score_open", label: s.open_sheet, key: "o", run: () => current !== undefined && setShown(current), off: current === undefined },
          ]}
        />
        <Done said={said} onClose={setSaid} />
        {sending.error !== null && (
          <p className="failure" role="alert">
            <i aria-hidden="true">!</i>
            <span>{sentence(sending.error)}</span>
          </p>
        )}
        <Rows
          label={s.publications}
          rows={office.publications}
          idOf={(each) => each.id}
          chosen={current?.id ?? null}
          onChoose={setChosen}
          empty={s.no_publications}
          columns={[
            { name: s.period, cell: (each) => <b className="figures">{each.period}</b> },
            { name: s.scheme, cell: (each) => `${schemeName(each.scheme)} · ${s.version(each.version)}`, className: "wide" },
            { name: s.at, cell: (each) => <span className="figures">{exact(each.published_at)}</span> },
            { name: s.by, cell: (each) => each.published_by },
          ]}
        />
      </section>
      <aside className="office-side" aria-label={current?.period ?? s.publications} tabIndex={0}>
        {current !== undefined && (
          <>
            <h2 className="big">{current.period}</h2>
            <p>{schemeName(current.scheme)}</p>
            <dl className="pairs">
              <div>
                <dt>{s.why}</dt>
                <dd>{current.reason}</dd>
              </div>
              <div>
                <dt>{s.pos}</dt>
                <dd className="figures">{current.pos}</dd>
              </div>
              <div>
                <dt>{s.digest}</dt>
                <dd>
                  <code>{current.digest}</code>
                </dd>
              </div>
            </dl>
          </>
        )}
      </aside>
    </div>
  );
}

function Frozen({ office, publication, onClose }: { office: ScoreOffice; publication: Publication; onClose: () => void }) {
  const s = useScoreWords();
  const entry = useAnswer(`score:publication:${publication.id}`, () => scores.publication(publication.id));
  return (
    <div className="score-sheet">
      <div className="score-top">
        <h2>{s.frozen(publication.period)}</h2>
        <Doings label={s.publications} actions={[{ id: "score_back", label: s.close_sheet, key: "b", run: onClose }]} />
      </div>
      <Answered entry={entry}>{entry.value !== undefined && <SheetView office={office} sheet={entry.value.sheet} publication={publication.id} onAsk={null} />}</Answered>
    </div>
  );
}
