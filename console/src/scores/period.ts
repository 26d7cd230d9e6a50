// Periods of one length, one before the other. A range of one's own has none before it.

const two = (n: number) => String(n).padStart(2, "0");

/** The ISO week of a day, counted in UTC. */
function weekOf(day: Date): string {
  const thursday = new Date(day.getTime() + (4 - (day.getUTCDay() || 7)) * 86_400_000);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}-W${two(Math.floor((thursday.getTime() - first) / 604_800_000) + 1)}`;
}

/** The period before: "2026-11", "2026-W48", "2026-Q4", "2026"; null for anything else. */
export function previous(period: string): string | null {
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  if (month !== null) {
    const at = Number(month[1]) * 12 + Number(month[2]) - 2;
    return `${Math.floor(at / 12)}-${two((at % 12) + 1)}`;
  }
  const week = /^(\d{4})-W(\d{2})$/.exec(period);
  if (week !== null) {
    // The fourth of January lies in the first week.
    const fourth = Date.UTC(Number(week[1]), 0, 4);
    return weekOf(new Date(fourth + (Number(week[2]) - 2) * 604_800_000));
  }
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter !== null) {
    const at = Number(quarter[1]) * 4 + Number(quarter[2]) - 2;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  }
  return /^\d{4}$/.test(period) ? String(Number(period) - 1) : null;
}

/** So many periods that end with this one, the oldest first. */
export function upTo(period: string, count: number): string[] {
  const all = [period];
  for (let next = previous(period); next !== null && all.length < count; next = previous(next)) all.unshift(next);
  return all;
}
