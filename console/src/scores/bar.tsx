// Bars in plain SVG: a share within a row of a table needs no more. What goes over time is drawn by a library
// (`../parts/line-chart.tsx`). The numbers stand in the table beside them.
interface Props {
  label: string;
  share: number;
  before?: number;
}

export function Bar({ label, share, before }: Props) {
  return (
    <svg className="score-bar" role="img" aria-label={label} viewBox="0 0 100 12" preserveAspectRatio="none">
      <title>{label}</title>
      <rect className="bar-ground" x="0" y="2" width="100" height="8" />
      {before !== undefined && <rect className="bar-before" x="0" y="1" width={before * 100} height="4" />}
      <rect className="bar-now" x="0" y={before === undefined ? 2 : 7} width={share * 100} height={before === undefined ? 8 : 4} />
    </svg>
  );
}
