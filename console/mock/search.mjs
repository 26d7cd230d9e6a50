// The make-believe platform's search: every word must be there, everything is counted.

const parts = (text, words) => {
  const hits = words.filter((word) => word !== "" && text.includes(word));
  if (hits.length === 0) return text === "" ? [] : [{ text, hit: false }];
  const out = [];
  let rest = text;
  while (rest !== "") {
    const [word, at] = hits.map((each) => [each, rest.indexOf(each)]).filter(([, i]) => i >= 0).sort((a, b) => a[1] - b[1])[0] ?? [null, -1];
    if (word === null) {
      out.push({ text: rest, hit: false });
      break;
    }
    if (at > 0) out.push({ text: rest.slice(0, at), hit: false });
    out.push({ text: word, hit: true });
    rest = rest.slice(at + word.length);
  }
  return out;
};

const count = (items, of, name = () => "") => {
  const sums = new Map();
  for (const each of items) if (of(each) !== null && of(each) !== "") sums.set(of(each), [(sums.get(of(each))?.[0] ?? 0) + 1, name(each)]);
  return [...sums].map(([value, [n, label]]) => ({ value, name: label, count: n })).sort((a, b) => b.count - a.count);
};

export function makeSearch({ all, brief, position, refuse }) {
  const saved = [];
  const exports = new Map();
  const unit = (each) => (each.holder.side === "own" ? each.holder.unit : `peer:${each.holder.link}`);
  function find({ question = {}, skip = 0, limit = 50, facets = false }) {
    const words = (question.q ?? "").split(/\s+/).filter((each) => each !== "");
    const fits = (each) => {
      const text = `${each.no} ${each.place} ${each.person.narrative} ${each.person.caller_number} ${each.matter_name}`;
      const one = (name, value) => (question[name] ?? []).length === 0 || question[name].includes(value);
      return words.every((word) => text.includes(word)) && one("state", each.status) && one("desk", each.desk) && one("matter", each.matter) && one("unit", unit(each)) && one("channel", each.channel)
        && (question.phone === undefined || String(each.person.caller_number).includes(question.phone)) && (question.number === undefined || each.no.includes(question.number)) && (question.place === undefined || each.place.includes(question.place))
        && (question.danger !== true || each.danger) && (question.from === undefined || each.opened_at >= question.from) && (question.to === undefined || each.opened_at < question.to);
    };
    const items = all().filter(fits).sort((a, b) => (question.order === "oldest" ? a.opened_at - b.opened_at : b.opened_at - a.opened_at));
    return {
      items: items.slice(skip, skip + limit).map((each) => ({ ...brief(each), no_parts: parts(each.no, words), place_parts: parts(each.place, words), snippet: parts(each.person.narrative, words) })),
      total: items.length, loose: false, pos: position(), filled: null, of: null,
      facets: facets ? { state: count(items, (each) => each.status), desk: count(items, (each) => each.desk), matter: count(items, (each) => each.matter, (each) => each.matter_name), unit: count(items, unit, (each) => each.holder.unit_name ?? each.holder.peer_name), month: count(items, (each) => new Date(each.opened_at).toISOString().slice(0, 7)) } : null,
    };
  }
  return (method, path, body) => {
    if (path === "/api/search" && method === "POST") return find(body);
    if (path === "/api/searches" && method === "GET") return { items: saved, may_share: true };
    if (path === "/api/searches" && method === "POST") {
      if (/\d{7}/.test(body.question.q ?? "")) refuse("invalid", 422, { errors: [{ field: "question.q", key: "personal" }] });
      const one = { id: `s${saved.length + 1}-${body.name}`, own: true, created_at: Date.now(), shared: false, ...body };
      saved.push(one);
      return one;
    }
    const [, kind, id] = /^\/api\/(searches|exports)\/([^/]+)$/.exec(path) ?? [];
    if (kind === "searches" && method === "DELETE") {
      saved.splice(saved.findIndex((each) => each.id === decodeURIComponent(id)), 1);
      return null;
    }
    if (path === "/api/exports" && method === "POST") {
      const { total } = find(body);
      const one = { id: `e${exports.size + 1}`, state: "running", done: 0, total, found: total, name: `检索结果.${body.format}`, asked: body };
      exports.set(one.id, one);
      return one;
    }
    if (kind === "exports") {
      const one = exports.get(id) ?? refuse("not_found", 404);
      if (method === "DELETE") {
        exports.delete(id);
        return null;
      }
      return Object.assign(one, { state: "done", done: one.total });
    }
    return undefined;
  };
}
