// One figure: result, numerator and denominator, what was left out; or why there is no data.
import type { Figure, Metric } from "./calls";
import { shown } from "./number";
import { useScoreWords } from "./words";

export function Result({ figure, metric }: { figure: Figure; metric: Metric | undefined }) {
  const s = useScoreWords();
  if (figure.value == null) {
    const why = figure.lacks.length > 0 ? s.lacks(figure.lacks.join(", ")) : metric?.shape === "recorded" ? s.recorded : s.nothing_counted;
    return (
      <span className="dim" title={why}>
        {s.no_data}
        <span className="hidden">：{why}</span>
      </span>
    );
  }
  return <b className="figures">{shown(metric?.shape ?? "", figure.value, metric?.made)}</b>;
}

export function Fraction({ figure, metric }: { figure: Figure; metric: Metric | undefined }) {
  const s = useScoreWords();
  if (metric === undefined || metric.shape === "recorded" || metric.shape === "made" || figure.lacks.length > 0) return null;
  const unit = s.of[metric.of] ?? "";
  const left = [figure.by_definition > 0 ? s.by_definition(figure.by_definition) : "", figure.by_claim > 0 ? s.by_claim(figure.by_claim) : ""].filter((each) => each !== "");
  return (
    <span className="figures dim">
      {metric.shape === "count" ? `${figure.denominator} ${unit}` : `${figure.numerator} / ${figure.denominator} ${unit}`}
      {left.length > 0 && ` · ${s.left} ${left.join("，")}`}
    </span>
  );
}
