// One make-believe platform in memory: enough of the contract to look at and test the screens.
import { randomUUID } from "node:crypto";
import { makeSearch } from "./search.mjs";
import { alike, bounds, locate, map, matters, nameOf, triage, units } from "./county.mjs";

const MIN = 60_000;

/** The score of a number's past, as the platform's rule nuisance-1 makes it. */
function nuisanceOf(same) {
  const kinds = { nuisance: ["marked", 40], cancelled: ["abandoned", 10] };
  const items = same
    .filter((each) => each.closed_at !== null && each.outcome !== "merged")
    .map((each) => ({ each, kind: kinds[each.outcome] ?? ["genuine", -10] }))
    .map(({ each, kind: [kind, points] }) => ({ id: each.id, no: each.no, at: each.opened_at, kind, points }));
  const score = Math.min(Math.max(items.reduce((sum, each) => sum + each.points, 0), 0), 100);
  return { score, level: score >= 80 ? "repeated" : score >= 30 ? "conspicuous" : "none", rule: "nuisance-1", counted: items.length, items };
}

export function makePlatform({ desk = "police", now = () => Date.now() } = {}) {
  const own = desk === "police" ? { unit: "desk-110", name: "望澜县 110", number: "110" } : { unit: "desk-12345", name: "望澜县 12345", number: "12345" };
  const peer = desk === "police" ? { id: "wl-12345", peer_name: "望澜县 12345", peer_desk: "hotline" } : { id: "wl-110", peer_name: "望澜县 110", peer_desk: "police" };
  const cases = new Map();
  const answers = new Map();
  const listeners = new Set();
  const said = [];
  const files = [];
  let pos = 0;
  let count = 0;
  let me = null;
  let searching = null;
  const people = {
    sec: ["安全管理员丁", ["security_admin"], own.unit],
    op: ["接警员甲", ["operator"], own.unit],
    lead: ["班长乙", ["lead", "operator"], own.unit],
    clerk: ["承办人丙", ["clerk", "crew"], desk === "police" ? "station-north" : "urban-management"],
  };

  function event(item, kind, body = {}, over = {}) {
    item.version += 1;
    item.updated_at = over.at ?? now();
    pos += 1;
    item.timeline.push({ seq: item.version, pos, kind, at: item.updated_at, side: "own", actor_name: me?.account.name ?? "接警员甲", unit: item.holder.unit ?? "", unit_name: over.unit_name ?? nameOf(item.holder.unit ?? own.unit), body, ...over });
    for (const each of listeners) each({ pos, case: item.id, no: item.no, version: item.version, kind, at: item.updated_at, status: item.status, task: item.task, danger: item.danger, holder_unit: item.holder.unit ?? "", units: item.legs.map((leg) => leg.unit) });
  }

  function take(contact, at = now()) {
    const made = triage(contact.narrative, desk, at);
    count += 1;
    const person = { caller_name: contact.caller_name ?? null, caller_number: contact.caller_number ?? null, contact_number: contact.contact_number ?? null, address: contact.place ?? "", narrative: contact.narrative };
    const classification = { desk: made.desk, matter: made.matter, matter_name: made.matter_name, urgency: made.urgency };
    const item = {
      id: randomUUID(), no: `${own.number === "110" ? "J" : "G"}20261122${String(count).padStart(4, "0")}`, version: 0, status: "taken", task: made.unowned ? "unowned" : "undecided",
      holder: { side: "own", unit: own.unit, unit_name: nameOf(own.unit) }, held_since: at, desk: made.desk, matter: made.matter, matter_name: made.matter_name, urgency: made.urgency,
      danger: made.danger.some((each) => !(contact.dismissed ?? []).some((d) => d.rule === each.rule)), channel: contact.channel ?? "phone", outcome: null, district: "990001", place: contact.place ?? "", summary: contact.narrative.slice(0, 40),
      twin_no: null, opened_at: at, updated_at: at, closed_at: null, next_due: null, first_receiver: own.unit, first_receiver_name: nameOf(own.unit), first: classification, classification,
      confidential: contact.confidential === true, epoch: 0, person, details: [], dangers: made.danger.map(({ kind, rule, words }) => ({ kind, rule, words, dismissed: (contact.dismissed ?? []).find((d) => d.rule === rule)?.reason ?? null })),
      police_case: null, legs: [], hand_overs: [], twin: null, deadlines: [], result: null, peer_result: null, reviewed: false, follow_ups: 0, urged: 0, returns: 0, links: [], parent: null, parent_no: null, parts: [], open_children: [], closed_children: [], attachments: [], attach: { bytes_most: 20 * 1024 * 1024, left: 40 }, rating: null, timeline: [], seed: made,
    };
    cases.set(item.id, item);
    event(item, "received", { channel: item.channel }, { at });
    event(item, "triaged", { ...classification, danger: made.danger, list_version: made.list_version }, { at });
    return item;
  }

  function clock(item, leg, stage, span, from = now()) {
    item.deadlines.push({ id: `d${item.deadlines.length + 1}`, leg, stage, rule: `${item.matter ?? "默认"} wanglan-2026.11 ${stage}`, from, amber: from + span * 0.75, due: from + span, state: "running" });
  }
  function settle(item) {
    const t = now();
    for (const each of item.deadlines) {
      if (each.state === "running" && t >= each.amber) each.state = "amber";
      if (each.state === "amber" && t > each.due) each.state = "missed";
    }
    const open = item.deadlines.filter((each) => ["running", "amber", "missed"].includes(each.state)).sort((a, b) => a.due - b.due)[0];
    item.next_due = open === undefined ? null : { stage: open.stage, due: open.due, amber_at: open.amber, state: open.state };
  }
  function met(item, stage, at = now()) {
    const found = item.deadlines.find((each) => each.stage === stage && ["running", "amber", "missed"].includes(each.state));
    if (found !== undefined) Object.assign(found, { late: at > found.due, state: "met", at });
  }

  function allowed(item) {
    const roles = me?.account.roles ?? [];
    const list = [];
    if (item.closed_at !== null) return roles.includes("clerk") ? [] : ["reopen", "follow_up"];
    if (roles.includes("clerk")) {
      for (const leg of item.legs.filter((each) => each.unit === me.account.unit)) {
        if (leg.state === "dispatched") list.push(`sign:${leg.id}`, `ask_return:${leg.id}`);
        if (leg.state === "signed") list.push(...["contact", "depart", "arrive", "report", "give_result", "ask_extension", "suspend"].map((each) => `${each}:${leg.id}`));
        if (leg.state === "suspended") list.push(`resume:${leg.id}`);
      }
      return [...list, "add_detail"];
    }
    list.push("add_detail");
    if (item.dangers.some((each) => each.dismissed === null)) list.push("dismiss_danger");
    if (item.status === "incoming") return [...list, "accept_offer", "refuse_offer"];
    if (item.status === "offered") return [...list, "withdraw_offer", "urge"];
    if (item.status === "taken") list.push("answer", "inform", "dispatch", "hand_over", "not_accept", "tell_to_dial", "mark_nuisance", "cancel", "merge_into", "classify");
    if (["dispatched", "handling", "elsewhere"].includes(item.status)) list.push("urge", "classify");
    for (const leg of item.legs) {
      if (leg.ask?.ask === "extension" && roles.includes("lead")) list.push(`decide_extension:${leg.id}`);
      if (leg.ask?.ask === "return" && roles.includes("lead")) list.push(`decide_return:${leg.id}`);
      if (leg.state === "dispatched") list.push(`withdraw:${leg.id}`);
    }
    if (item.status === "resulted") list.push(...(item.reviewed ? ["follow_up", "close"] : ["review"]));
    return list;
  }

  function refuse(key, status = 409, extra = {}) {
    throw Object.assign(new Error(key), { problem: { type: key, title: key, status, ...extra } });
  }

  function command(item, c) {
    if (c.version !== undefined && c.version !== item.version) refuse("conflict", 409, { actual: item.version });
    const leg = item.legs.find((each) => each.id === c.leg);
    const decided = (outcome) => Object.assign(item, { outcome, task: null });
    const close = () => {
      for (const each of item.deadlines) if (["running", "amber", "missed"].includes(each.state)) each.state = "void";
      Object.assign(item, { status: "closed", closed_at: now() });
    };
    const danger = item.dangers.some((each) => each.dismissed === null);
    switch (c.command) {
      case "answer": case "inform": case "not_accept": case "tell_to_dial": case "mark_nuisance": case "cancel": {
        if (danger) refuse("refused/danger_stands");
        const kinds = { answer: "answered", inform: "informed", not_accept: "not_accepted", tell_to_dial: "told_to_dial", mark_nuisance: "nuisance_marked", cancel: "cancelled" };
        decided({ mark_nuisance: "nuisance" }[c.command] ?? kinds[c.command]);
        event(item, kinds[c.command], c);
        close();
        return event(item, "closed", { note: "" });
      }
      case "merge_into": decided("merged"); event(item, "merged_into", c); close(); return event(item, "closed", { note: "" });
      case "dispatch": {
        decided("dispatched");
        for (const [role, codes] of [["lead", c.lead === null ? [] : [c.lead]], ["assist", c.assist ?? []], ["first_response", c.first_response ?? []]]) {
          for (const unit of codes) item.legs.push({ id: `a${item.legs.length + 1}`, unit, unit_name: nameOf(unit), role, state: "dispatched", dispatched_at: now(), signed_at: null, contacted_at: null, ask: null, extensions: 0, binding: false, solved: null });
        }
        clock(item, "a1", "sign", 30 * MIN);
        clock(item, "a1", "feedback", 120 * MIN);
        clock(item, "a1", "result", 2880 * MIN);
        item.status = "dispatched";
        return event(item, "dispatched", { legs: item.legs, basis: "望联动办〔2026〕3号", note: c.note ?? "" });
      }
      case "hand_over": {
        if (c.link !== peer.id) refuse("refused/no_link");
        item.hand_overs.push({ id: `o${item.hand_overs.length + 1}`, link: peer.id, sent: true, mode: c.mode, state: "offered", offered_at: now(), answered_at: null, note: c.note ?? "" });
        item.twin = { link: peer.id, peer_name: peer.peer_name, case: null, no: "", closed: false, parallel: c.mode === "parallel" };
        clock(item, null, "answer", 10 * MIN);
        Object.assign(item, { status: "offered", task: null });
        event(item, "offered", c);
        // The other side answers after a moment, as it would.
        setTimeout(() => peerAccepts(item, c.mode), 1500).unref?.();
        return undefined;
      }
      case "sign": met(item, "sign"); Object.assign(leg, { state: "signed", signed_at: now() }); Object.assign(item, { status: "handling", holder: { side: "own", unit: leg.unit, unit_name: leg.unit_name }, held_since: now() }); return event(item, "signed", c);
      case "contact": leg.contacted_at = now(); return event(item, "caller_contacted", c);
      case "depart": return event(item, "departed", c);
      case "arrive": return event(item, "arrived", c);
      case "report": met(item, "feedback"); return event(item, "reported", c);
      case "suspend": leg.state = "suspended"; item.status = "suspended"; return event(item, "suspended", c);
      case "resume": leg.state = "signed"; item.status = "handling"; return event(item, "resumed", c);
      case "ask_extension": leg.ask = { ask: "extension", by: c.by, reason: c.reason, at: now() }; item.task = "extension"; return event(item, "extension_asked", c);
      case "ask_return": leg.ask = { ask: "return", reason: c.reason, at: now() }; item.task = "return"; return event(item, "return_asked", c);
      case "decide_extension": leg.ask = null; item.task = null; return event(item, c.granted ? "extension_granted" : "extension_denied", c);
      case "decide_return": leg.ask = null; item.task = null; if (c.accepted) { leg.state = "returned"; Object.assign(item, { status: "taken", task: "undecided" }); } return event(item, c.accepted ? "return_accepted" : "return_denied", c);
      case "give_result": met(item, "feedback"); met(item, "result"); Object.assign(leg, { state: "done", solved: c.solved }); Object.assign(item, { status: "resulted", task: "review", result: { unit: leg.unit_name, at: now(), public_reply: c.public_reply, solved: c.solved } }); return event(item, "result_given", c);
      case "review": item.reviewed = c.passed; item.task = null; if (!c.passed) { item.status = "handling"; item.legs[0].state = "signed"; } return event(item, c.passed ? "review_passed" : "redo_ordered", c);
      case "follow_up": item.follow_ups += 1; return event(item, "followed_up", c);
      case "close": close(); return event(item, "closed", c);
      case "reopen": Object.assign(item, { status: "taken", closed_at: null, outcome: null, task: "undecided" }); return event(item, "reopened", c);
      case "urge": item.urged += 1; return event(item, "urged", c);
      case "accept_offer": Object.assign(item.hand_overs[0], { state: "accepted", answered_at: now() }); met(item, "answer"); Object.assign(item, { status: "taken", task: "undecided", holder: { side: "own", unit: own.unit, unit_name: nameOf(own.unit) }, held_since: now() }); return event(item, "offer_accepted", c);
      case "refuse_offer": Object.assign(item.hand_overs[0], { state: "refused", answered_at: now() }); decided("sent_back"); event(item, "offer_refused", c); close(); return undefined;
      case "withdraw_offer": Object.assign(item.hand_overs.at(-1), { state: "withdrawn" }); Object.assign(item, { status: "taken", task: "undecided" }); return event(item, "offer_withdrawn", c);
      case "withdraw": leg.state = "withdrawn"; Object.assign(item, { status: "taken", task: "undecided" }); return event(item, "assignment_withdrawn", c);
      case "classify": Object.assign(item, { classification: c.to, ...c.to }); return event(item, "classified", c);
      case "dismiss_danger": item.dangers.find((each) => each.rule === c.rule).dismissed = c.reason; item.danger = item.dangers.some((each) => each.dismissed === null); return event(item, "danger_dismissed", c);
      case "add_detail": {
        item.details.push({ at: now(), text: c.text });
        event(item, "detail_added", { text: c.text });
        const found = triage(c.text, desk, now()).danger.filter((each) => !item.dangers.some((d) => d.rule === each.rule));
        if (found.length > 0) {
          item.dangers.push(...found.map(({ kind, rule, words }) => ({ kind, rule, words, dismissed: null })));
          Object.assign(item, { danger: true, urgency: "critical" });
          event(item, "danger_raised", { signs: found, version: "danger-7" });
          event(item, "police_ordered", {}, {});
        }
        return undefined;
      }
      default: return refuse("invalid", 422, { errors: [{ field: "command", key: "unknown" }] });
    }
  }

  function peerAccepts(item, mode) {
    const offer = item.hand_overs.at(-1);
    if (offer?.state !== "offered") return;
    Object.assign(offer, { state: "accepted", answered_at: now() });
    met(item, "answer");
    item.twin.no = `${own.number === "110" ? "G" : "J"}202611220${200 + count}`;
    item.twin_no = item.twin.no;
    Object.assign(item, { outcome: `handed_over_${mode}`, status: "elsewhere", holder: { side: "peer", link: peer.id, peer_name: peer.peer_name }, held_since: now(), epoch: 1 });
    const there = { side: "peer", unit: "", unit_name: desk === "police" ? "12345 受理科" : "110 指挥室", actor_name: "受理员丁" };
    event(item, "peer_accepted", {}, there);
    setTimeout(() => event(item, "dispatched", { legs: [{ role: "lead", unit: "urban-management" }], basis: "望联动办〔2026〕3号" }, there), 1500).unref?.();
  }

  function brief(item) {
    settle(item);
    const { person: _p, timeline: _t, details: _d, seed: _s, ...rest } = item;
    const mine = item.legs.find((leg) => leg.unit === me?.account.unit);
    return { ...rest, my_leg: mine === undefined ? null : { id: mine.id, role: mine.role, state: mine.state, due: item.next_due?.due ?? null, next: item.next_due, redo: mine.state === "signed" && mine.solved !== null, binding: mine.binding, asked: mine.ask?.ask ?? null, together: item.legs.filter((leg) => leg.unit !== mine.unit && leg.state !== "withdrawn").map((leg) => leg.unit_name) } };
  }
  function view(item) {
    const hide = (me?.account.roles ?? []).includes("clerk") && item.confidential;
    const mask = (text) => (text === null ? null : text.replace(/^(.{3}).+(.{2})$/, "$1******$2"));
    const person = hide ? { ...item.person, caller_name: "某某", caller_number: mask(item.person.caller_number), contact_number: mask(item.person.contact_number), masked: true, may_unmask: true } : { ...item.person, masked: false, may_unmask: false };
    return { ...brief(item), person, details: item.details, allowed: allowed(item) };
  }
  const find = (id) => cases.get(id) ?? [...cases.values()].find((each) => each.no === id) ?? refuse("not_found", 404);

  function handle(method, path, query, body, key) {
    const once = (run) => {
      if (key === null) return refuse("invalid", 422, { errors: [{ field: "idempotency-key", key: "required" }] });
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = run();
      answers.set(key, answer);
      return answer;
    };
    if (path === "/api/session" && method === "POST") {
      const found = people[body.login];
      if (found === undefined || body.password !== "demo") refuse("bad_credentials", 401);
      me = { account: { id: body.login, login: body.login, name: found[0], roles: found[1], unit: found[2], unit_name: nameOf(found[2]) }, platform: { id: own.number, name: own.name, desk, number: own.number, demo: true }, links: [{ ...peer, arbiter: false, tier: "county", standing: "beside" }], version: "0.1.0", may: found[1].includes("security_admin") ? ["read_directory", "grant_roles", "redact", "rotate_keys"] : found[1].includes("clerk") ? ["read_case", "export"] : ["read_case", "read_desk", "intake", "conclude", "export", "export_unmasked", "take_calls", ...(found[1].includes("lead") ? ["supervise_calls", "transfer"] : [])] };
      return me;
    }
    if (path === "/api/session" && method === "DELETE") { me = null; return undefined; }
    if (me === null) refuse("unauthenticated", 401);
    const all = () => [...cases.values()];
    if (path === "/api/session") return me;
    searching ??= makeSearch({ all, brief, position: () => pos, refuse });
    const searched = searching(method, path, body);
    if (searched !== undefined) return searched ?? undefined;
    if (path === "/api/triage") return triage(body.narrative, desk, now());
    if (path === "/api/units") return units;
    if (path === "/api/matters") return matters;
    if (path === "/api/links") return [{ id: peer.id, peer_name: peer.peer_name, connected: true, backlog: 0, oldest_waiting_at: null, last_ok_at: now(), rtt_ms: 410, last_error: null, alarm: null, dead: 0 }];
    // No keys unless a test gives some: { links, step(rest, body) }.
    if (path.startsWith("/api/imports")) return api.imports?.(method, path.slice("/api/imports".length), body, refuse) ?? [];
    if (path === "/api/link-keys") return api.keys?.links ?? [];
    const turn = /^\/api\/link-keys\/[^/]+\/(.+)$/.exec(path);
    if (turn !== null) return turn[1] === "read" ? api.keys?.step(turn[1], body, refuse) : once(() => api.keys?.step(turn[1], body, refuse) ?? refuse("not_found", 404));
    if (path === "/api/board") {
      const order = ["danger", "arbitration", "consult", "incoming", "timed_out", "refused", "unowned", "return", "extension", "review", "undecided"];
      const open = all().filter((each) => each.closed_at === null);
      const laneOf = (each) => (each.task === "incoming" && each.hand_overs[0]?.mode === "consult" ? "consult" : each.task);
      return {
        lanes: order.map((lane) => {
          const items = open.filter((each) => laneOf(each) === lane).map((each) => ({ ...brief(each), since: each.legs.find((leg) => leg.ask !== null)?.ask.at ?? each.hand_overs[0]?.offered_at ?? each.held_since, mode: each.hand_overs[0]?.mode ?? null, reason: each.legs.find((leg) => leg.ask !== null)?.ask.reason ?? each.hand_overs[0]?.note ?? "" }));
          items.sort((a, b) => a.since - b.since);
          return { lane, count: items.length, oldest_at: items[0]?.since ?? null, items };
        }),
      };
    }
    // No lines unless a test gives it some: { desk, floor, ask(body) }.
    if (path === "/api/calls/desk" && method === "GET") return api.voice?.desk ?? { on: false, seat: null, call: null, waiting: 0, partners: [], call_backs: [], phone: false, browser_phone: false, outward: false };
    if (path === "/api/calls/desk" && method === "PUT") return api.voice?.ask(body) ?? refuse("not_found", 404);
    if (path === "/api/calls/colleagues") return api.voice?.colleagues ?? [];
    if (path === "/api/calls/phone" && method === "PUT") return api.voice?.phone?.(body) ?? refuse("not_found", 404);
    if (/^\/api\/calls\/phone\//.test(path)) return undefined;
    if (path === "/api/calls/floor") return api.voice?.floor ?? { on: false, seats: [], calls: [], staffing: null };
    if (/^\/api\/calls\/[^/]+\/case$/.test(path)) { api.voice?.bound.push({ path, ...body }); return undefined; }
    // No messages unless a test gives some: { sends, waiting, of: {case: [...]}, write(case, text), aside(message, reason) }.
    if (path === "/api/messages") return { sends: api.messages?.sends ?? true, within: 180_000, waiting: api.messages?.waiting ?? [] };
    if (/^\/api\/messages\/[^/]+\/aside$/.test(path)) return once(() => api.messages?.aside(path.split("/")[3], body.reason) ?? refuse("not_found", 404));
    if (path === "/api/seats") {
      const people = [["a1", "接警员甲", ["operator"], own.unit, "busy", 1, 7], ["a2", "班长乙", ["lead"], own.unit, "free", 0, 2], ["a3", "承办人丙", ["clerk", "crew"], units[1].code, "away", 0, 0]];
      return {
        seats: people.map(([account, name, roles, unit, state, drafts, taken]) => ({ account, name, roles, unit, unit_name: nameOf(unit), since: now() - 95 * MIN, state, drafts, taken })),
        units: [{ unit: units[1].code, unit_name: units[1].name, to_sign: 3, oldest_unsigned_at: now() - 42 * MIN, running: 5, present: 1 }],
      };
    }
    if (path === "/api/seats/mine" && method === "PUT") { said.push(body); return undefined; }
    if (path === "/api/openapi.json") return { paths: { "/api/cases/{id}/attachments": { post: {} } } };
    if (path === "/api/callers") {
      const same = all().filter((each) => each.person.caller_number === query.get("number"));
      return { open: same.filter((each) => each.closed_at === null).map(brief), earlier: same.filter((each) => each.closed_at !== null).map(brief), nuisance: nuisanceOf(same) };
    }
    if (path === "/api/alike") {
      const open = all().filter((each) => each.closed_at === null);
      const hits = open.map((each) => ({ each, same_place: body.place !== "" && each.place !== "" && each.place.slice(0, 4) === body.place.slice(0, 4), ...alike(each.person.narrative, body.narrative) }));
      const kept = hits.filter((hit) => hit.same_place || (hit.percent >= 25 && hit.words.length >= 3)).sort((a, b) => b.same_place - a.same_place || b.percent - a.percent);
      return { cases: kept.slice(0, 8).map(({ each, ...hit }) => ({ case: brief(each), metres: null, ...hit })), compared: open.length, place: locate(body.place) };
    }
    if (path === "/api/map") return { tiles: null, vector: true, bounds, middle: null, zoom: null };
    if (path === "/api/map/vector") return map;
    if (path === "/api/map/cases") {
      const open = all().filter((each) => each.closed_at === null);
      return { complete: true, points: open.map((each, i) => ({ id: each.id, no: each.no, lon: 125.48 + (i % 7) * 0.01, lat: 27.49 + (i % 5) * 0.012, status: each.status, danger: each.danger, urgent: each.urgency !== "normal", overdue: each.next_due !== null && each.next_due !== undefined && each.next_due.due < now() })) };
    }
    if (path === "/api/wall") {
      const open = all().filter((each) => each.closed_at === null).map(brief);
      const waiting = open.filter((each) => each.status === "taken" || each.status === "incoming");
      const crossed = all().filter((each) => each.twin !== null);
      return {
        figures: {
          waiting: waiting.length, waiting_oldest_at: waiting.length === 0 ? null : Math.min(...waiting.map((each) => each.opened_at)), open: open.length, unowned: open.filter((each) => each.matter === null).length,
          danger: open.filter((each) => each.danger).length, overdue: open.filter((each) => each.next_due !== null && each.next_due.due < now()).length, taken_today: all().length, handed_over_today: crossed.length,
          accepted_today: crossed.filter((each) => each.twin_no !== null).length, from_peer_today: 0,
        },
        peers: [{ link: peer.id, name: peer.peer_name, figures: peer.figures ?? null }],
        links: [{ id: peer.id, peer_name: peer.peer_name, connected: true, backlog: 0, oldest_waiting_at: null, last_ok_at: now(), rtt_ms: 410, last_error: null, alarm: null, dead: 0 }], at: now(),
      };
    }
    if (path === "/api/summary") {
      const open = all().filter((each) => each.closed_at === null).map(brief);
      const tally = (name) => open.reduce((sum, each) => (each[name] === null ? sum : { ...sum, [each[name]]: (sum[each[name]] ?? 0) + 1 }), {});
      const waiting = open.filter((each) => each.status === "taken" || each.status === "incoming");
      return { by_status: tally("status"), by_task: tally("task"), by_outcome_today: tally("outcome"), open: open.length, overdue: open.filter((each) => each.next_due !== null && each.next_due.due < now()).length, due_soon: open.filter((each) => each.next_due?.state === "amber" && each.next_due.due > now()).length, waiting_oldest_at: waiting.length === 0 ? null : Math.min(...waiting.map((each) => each.updated_at)) };
    }
    if (path === "/api/cases") {
      let items = all();
      if (query.get("open") === "true") items = items.filter((each) => each.closed_at === null);
      if (query.get("scope") === "unit") items = items.filter((each) => each.legs.some((leg) => leg.unit === me.account.unit));
      if (query.get("task") !== null) items = items.filter((each) => each.task === query.get("task"));
      if (query.get("unit") !== null) items = items.filter((each) => each.legs.some((leg) => leg.unit === query.get("unit")));
      if (query.get("matter") !== null) items = items.filter((each) => each.matter === query.get("matter"));
      const text = query.get("q");
      if (text !== null) items = items.filter((each) => `${each.no} ${each.place} ${each.summary}`.includes(text));
      return { items: items.sort((a, b) => b.updated_at - a.updated_at).slice(0, Number(query.get("limit") ?? 50)).map(brief), next: null };
    }
    if (path === "/api/contacts" && method === "POST") return once(() => {
      const item = take(body);
      if (body.then !== undefined) {
        try { command(item, body.then); } catch (error) { cases.delete(item.id); throw error; }
      }
      return view(item);
    });
    const [, id, part] = /^\/api\/cases\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (id === undefined) refuse("not_found", 404);
    const item = find(decodeURIComponent(id));
    if (part === undefined) return view(item);
    if (part === "timeline") return { items: item.timeline };
    if (part === "unmask") return { ...item.person, masked: false, may_unmask: true };
    if (part === "attachments") return once(() => { files.push({ case: item.id, ...body }); return { id: `f${files.length}` }; });
    if (part === "calls") return api.voice?.records ?? [];
    if (part === "messages" && method === "GET") return api.messages?.of?.[item.id] ?? [];
    if (part === "messages") return once(() => api.messages?.write(item.id, body.text) ?? refuse("not_found", 404));
    if (part === "presence") return { others: item.others ?? [] };
    if (part === "commands") return once(() => { command(item, body); return view(item); });
    return refuse("not_found", 404);
  }
  const api = { handle, take, command, find, listeners, cases, peer, said, files, clock, event, voice: null, messages: null, signIn: (login) => handle("POST", "/api/session", null, { login, password: "demo" }, null), position: () => pos };
  return api;
}

/** Cases in every state, so that every screen has something on it. */
export function seed(platform) {
  const t = Date.now();
  const hotline = platform.signIn("lead").platform.desk === "hotline";
  const mk = (narrative, place, number, minutes, then, over = {}) => {
    const item = platform.take({ channel: "phone", narrative, place, caller_number: number, caller_name: "来电人", contact_number: "", ...over }, t - minutes * MIN);
    for (const each of then) platform.command(item, each);
    return item;
  };
  const unit = hotline ? "urban-management" : "station-north";
  mk("楼下烧烤店每天放音响到半夜,老人睡不着", "望澜大道 8 号锦园小区", "10000000042", 1500, [{ command: "dispatch", lead: unit }, { command: "sign", leg: "a1" }, { command: "report", leg: "a1", text: "已到现场,要求店家十点后关音响" }]);
  mk("小区门口有人打架,三四个人", "城北路 12 号", "10000000051", 34, [{ command: "dispatch", lead: unit }]);
  const late = mk("工地凌晨两点还在施工", "锦园二期工地", "10000000063", 300, [{ command: "dispatch", lead: unit }]);
  for (const each of late.deadlines.slice(0, 1)) Object.assign(each, { from: t - 50 * MIN, amber: t - 28 * MIN, due: t - 19 * MIN });
  const soon = mk("工地运渣车堵住消防通道,还很吵", "锦园二期东门", "10000000064", 60, [{ command: "dispatch", lead: unit }], { confidential: true });
  Object.assign(soon.deadlines[0], { from: t - 27 * MIN, amber: t - 5 * MIN, due: t + 3 * MIN });
  mk("取款机吞了钱,银行电话打不通", "望澜大道 30 号", "10000000070", 12, []);
  mk("邻居家晚上唱歌很吵", "河滨里 3 栋", "10000000071", 4, []);
  mk("路口追尾,没有人受伤", "城南路与河滨路口", "10000000072", 90, [{ command: "dispatch", lead: hotline ? "transport" : "traffic-police" }, { command: "sign", leg: "a1" }, { command: "give_result", leg: "a1", text: "已快速处理", public_reply: "双方已按快速程序处理完毕,道路恢复通行。", solved: "solved" }]);
  const asked = mk("物业把楼道灯拆了,装修材料堆满", "河滨里 5 栋", "10000000073", 700, [{ command: "dispatch", lead: unit }, { command: "sign", leg: "a1" }]);
  platform.command(asked, { command: "ask_extension", leg: "a1", by: "2d", reason: "需住建部门出具意见" });
  const incoming = mk("有人在广场拿着刀追人", "城北广场", "10000000074", 2, [], { channel: "peer" });
  Object.assign(incoming, { status: "incoming", task: "incoming", holder: { side: "peer", link: hotline ? "wl-110" : "wl-12345", peer_name: hotline ? "望澜县 110" : "望澜县 12345" }, hand_overs: [{ id: "o1", link: hotline ? "wl-110" : "wl-12345", sent: false, mode: "push", state: "offered", offered_at: t - 2 * MIN, answered_at: null, note: "群众情绪激动" }], twin: { link: "wl", peer_name: hotline ? "望澜县 110" : "望澜县 12345", case: null, no: hotline ? "J202611220090" : "G202611220090", closed: false, parallel: false } });
  platform.clock(incoming, null, "answer", 10 * MIN, t - 2 * MIN);
  mk("咨询身份证补办要带什么", "", "10000000042", 9000, [{ command: "answer", text: "带户口簿到户籍窗口" }]);
}
