import { Key } from "../parts/signs";
import { useWords } from "../words";
import { useGroups } from "./actions";
import { Dialog } from "./dialog";

export function Help({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const groups = useGroups();
  return (
    <Dialog label={t.help.title} className="help" onClose={onClose}>
      <header>
        <h2>{t.help.title}</h2>
        <button type="button" className="plain" onClick={onClose} autoFocus>
          {t.help.close} <Key name="Escape" />
        </button>
      </header>
      <div className="help-columns">
        {(["here", "everywhere"] as const).map((place) => (
          <section key={place}>
            <h3>{t.help[place]}</h3>
            <dl>
              {groups
                .filter((group) => group.place === place)
                .flatMap((group) => group.actions)
                .filter((action) => action.key !== undefined)
                .map((action) => (
                  <div key={action.id}>
                    <dt>
                      <Key name={action.key ?? ""} />
                    </dt>
                    <dd>{action.label}</dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="hint">{t.help.ime}</p>
    </Dialog>
  );
}
