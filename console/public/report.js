// The citizen's own page: no framework, no sign-in. What was typed survives a failed sending, and a
// repeated sending uses the same key, so that nothing is reported twice.
'use strict';
const $ = (id) => document.getElementById(id);
const KEPT = 'liandong.report';
const fields = ['narrative', 'place', 'number', 'name'];
const PHOTOS = 5;
const WORDS = {
  'zh-CN': {
    narrative: '请写明发生了什么事（4000 字以内）。',
    number: '请留下可以打通的电话，只写数字。',
    place: '地点请在 200 字以内。',
    name: '称呼请在 100 字以内。',
    photos: '照片最多 5 张，请少选几张。',
    count: (n) => (n > 0 ? `${n} / 4000 字` : '最多 4000 字'),
    danger: '听起来有危险，请立即拨打 110，不要等这张表。',
    call: '拨打 110',
    often: '提交太频繁，请一分钟后再试。您填写的内容还在。',
    later: '暂时没有提交成功，请稍后再试。您填写的内容还在。',
    offline: '网络不通，没有提交成功。您填写的内容还在，请稍后再按一次提交。',
    proof: '请填写编号，以及查询码或电话。',
    nothing: '没有找到，请核对编号，以及查询码或电话。',
    slow: '查得太频繁了，请过一分钟再试。',
    away: '暂时查不到，请稍后再试。',
    unreachable: '网络不通，请稍后再试。',
    status: { received: '已收到，正在安排', handling: '单位正在办理', elsewhere: '已转到另一个平台办理', closed: '已办结' },
    since: (at) => `自 ${at}`,
    reply: (at) => `答复（${at}）`,
    waiting: '还没有答复。有了答复会写在这里。',
    pictures: (n) => `已收到照片等 ${n} 个文件。`,
    thanks: '谢谢，您的评价已经记录。',
    before: '这次答复您已经评价过，谢谢。',
    choose: '请把每一项都选一下。',
    unrated: '评价没有提交成功，请稍后再试。您选的还在。',
    taken: (name) => `照片 ${name} 已收到。`,
    sending: (name) => `正在上传 ${name}…`,
    lost: (name) => `照片 ${name} 没有传上去，您反映的事已经收到，不受影响。`,
    refused: (name) => `${name} 不是照片，或太大，没有收。您反映的事已经收到，不受影响。`,
  },
  en: {
    narrative: 'Please say what happened (up to 4,000 characters).',
    number: 'Please leave a telephone number that can be reached, digits only.',
    place: 'The place may have 200 characters.',
    name: 'The name may have 100 characters.',
    photos: 'Up to 5 pictures, please choose fewer.',
    count: (n) => (n > 0 ? `${n} / 4000` : 'at most 4,000 characters'),
    danger: 'This sounds dangerous. Call 110 now, do not wait for this form.',
    call: 'Call 110',
    often: 'You have sent too often. Please try again in a minute; what you wrote is still here.',
    later: 'It was not sent. Please try again later; what you wrote is still here.',
    offline: 'There is no connection, and nothing was sent. What you wrote is still here; please press again later.',
    proof: 'Please fill in the number, and the key or the telephone number.',
    nothing: 'Nothing was found. Please check the number, and the key or the telephone number.',
    slow: 'You have asked very often. Please try again in a minute.',
    away: 'It cannot be looked up just now. Please try again later.',
    unreachable: 'There is no connection. Please try again later.',
    status: { received: 'Received, being arranged', handling: 'A unit is working on it', elsewhere: 'Handed to the other platform', closed: 'Closed' },
    since: (at) => `since ${at}`,
    reply: (at) => `Answer (${at})`,
    waiting: 'There is no answer yet. It will stand here.',
    pictures: (n) => `${n} pictures or other files were received.`,
    thanks: 'Thank you, your rating was recorded.',
    before: 'You have rated this answer. Thank you.',
    choose: 'Please choose one in every group.',
    unrated: 'The rating was not sent. Please try again later; what you chose is still here.',
    taken: (name) => `Picture ${name} was received.`,
    sending: (name) => `Sending ${name}…`,
    lost: (name) => `Picture ${name} was not sent. Your report was received all the same.`,
    refused: (name) => `${name} is no picture, or too large, and was not taken. Your report was received all the same.`,
  },
};
const t = WORDS[document.documentElement.lang] || WORDS['zh-CN'];

// randomUUID is not there on plain HTTP.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
let key = newKey();
let rateKey = newKey();
/** The number and the proof of the report that is on the screen. */
let shown = null;

function keep() {
  try {
    const kept = Object.fromEntries(fields.map((f) => [f, $(f).value]));
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, key }));
  } catch { /* a browser without storage only loses the draft at a reload */ }
}
try {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || '{}');
  for (const f of fields) if (typeof kept[f] === 'string') $(f).value = kept[f];
  if (typeof kept.key === 'string') key = kept.key;
} catch { /* an unreadable draft is no draft */ }

const make = (name, text, props = {}) => Object.assign(document.createElement(name), { textContent: text, ...props });
const time = (at) => new Date(at).toLocaleString(document.documentElement.lang, { timeZone: 'Asia/Shanghai', hour12: false });
function post(path, body, headers = {}) {
  return fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
}
function count() {
  $('count').textContent = t.count([...$('narrative').value].length);
}
function complain(box, sentences, first) {
  const list = document.createElement('ul');
  for (const sentence of sentences) list.append(make('li', sentence));
  $(box).replaceChildren(list);
  $(box).hidden = false;
  (first || $(box)).focus();
}

// Danger is told while it is written, by the rules of the desk; half a syllable is not asked about.
let asked = 0;
let timer = 0;
let composing = false;
let alarm = '';
async function look() {
  const narrative = $('narrative').value;
  const mine = (asked += 1);
  let signs = [];
  if (narrative.trim() !== '') {
    try {
      const answer = await post('/api/public/danger', { narrative });
      if (!answer.ok) return;
      signs = (await answer.json()).signs;
    } catch { return; }
  }
  if (mine !== asked) return;
  const said = signs.map((sign) => `「${sign.words}」`).join(' ');
  // An alarm that has not changed is not read out again.
  if (said === alarm) return;
  alarm = said;
  $('danger').replaceChildren(...(said === '' ? [] : [
    make('strong', t.danger),
    make('a', t.call, { href: 'tel:110', className: 'call' }),
    make('span', said),
  ]));
}
function soon() {
  clearTimeout(timer);
  if (!composing) timer = setTimeout(look, 300);
}
$('narrative').addEventListener('compositionstart', () => { composing = true; });
$('narrative').addEventListener('compositionend', () => { composing = false; soon(); });
$('narrative').addEventListener('input', soon);
$('report').addEventListener('input', () => { count(); keep(); });
count();
if ($('narrative').value !== '') soon();

/** Sends the pictures one after another; the report itself has been taken by then. */
async function sendPhotos(files, no, code) {
  for (const [n, file] of files.entries()) {
    const line = make('li', t.sending(file.name));
    $('sent').append(line);
    try {
      const answer = await fetch(`/api/public/reports/${encodeURIComponent(no)}/attachments`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/octet-stream',
          'X-Report-Key': code,
          'X-File-Name': encodeURIComponent(file.name),
          'Idempotency-Key': `${code}-${n}-${file.size}`,
        },
        body: file,
      });
      line.textContent = answer.ok ? t.taken(file.name) : answer.status === 422 || answer.status === 413 ? t.refused(file.name) : t.lost(file.name);
    } catch {
      line.textContent = t.lost(file.name);
    }
  }
}

$('report').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = event.submitter || $('report').querySelector('button');
  for (const f of [...fields, 'photos']) $(f).removeAttribute('aria-invalid');
  $('problems').hidden = true;
  const photos = [...$('photos').files];
  const wrong = [];
  if (!$('narrative').value.trim()) wrong.push('narrative');
  if ($('number').value.replace(/\D/g, '').length < 5) wrong.push('number');
  if (photos.length > PHOTOS) wrong.push('photos');
  if (wrong.length) {
    for (const f of wrong) $(f).setAttribute('aria-invalid', 'true');
    complain('problems', wrong.map((f) => t[f]), $(wrong[0]));
    return;
  }
  button.disabled = true;
  try {
    const body = Object.fromEntries(fields.map((f) => [f, $(f).value.trim()]));
    body.confidential = $('confidential').checked;
    const answer = await post('/api/public/reports', body, { 'Idempotency-Key': key });
    const said = await answer.json();
    if (!answer.ok) {
      const named = (said.errors || []).map((e) => e.field).filter((f) => fields.includes(f));
      for (const f of named) $(f).setAttribute('aria-invalid', 'true');
      const sentences = named.length ? named.map((f) => t[f]) : [answer.status === 429 ? t.often : t.later];
      complain('problems', sentences, named.length ? $(named[0]) : null);
      return;
    }
    $('no').textContent = said.no;
    $('key').textContent = said.key;
    $('follow-no').value = said.no;
    $('follow-key').value = said.key;
    $('sent').replaceChildren();
    $('report').reset();
    try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
    key = newKey();
    count();
    soon();
    $('receipt').hidden = false;
    $('receipt').focus();
    await sendPhotos(photos, said.no, said.key);
  } catch {
    complain('problems', [t.offline], null);
  } finally {
    button.disabled = false;
  }
});

function show(said) {
  const list = document.createElement('dl');
  const pair = (name, value, className = '') => list.append(make('dt', name), make('dd', value, { className }));
  pair(said.no, `${t.status[said.status] || said.status} (${t.since(time(said.since))})`);
  if (said.reply) pair(t.reply(time(said.replied_at)), said.reply, 'reply');
  const more = [];
  if (!said.reply) more.push(make('p', t.waiting));
  if (said.attachments > 0) more.push(make('p', t.pictures(said.attachments)));
  if (said.rating) more.push(make('p', t.before));
  $('status').replaceChildren(list, ...more);
  $('rate').hidden = !said.may_rate;
}

$('follow').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('missing').hidden = true;
  $('rate').hidden = true;
  $('status').replaceChildren();
  const no = $('follow-no').value.trim();
  const proof = { key: $('follow-key').value.trim(), number: $('follow-number').value.trim() };
  if (!no || (!proof.key && !proof.number)) { complain('missing', [t.proof], no ? $('follow-key') : $('follow-no')); return; }
  try {
    const answer = await post(`/api/public/reports/${encodeURIComponent(no)}/status`, proof);
    if (answer.status === 404) { complain('missing', [t.nothing], $('follow-no')); return; }
    if (answer.status === 429) { complain('missing', [t.slow], null); return; }
    if (!answer.ok) { complain('missing', [t.away], null); return; }
    shown = { no, proof };
    rateKey = newKey();
    show(await answer.json());
  } catch {
    complain('missing', [t.unreachable], null);
  }
});

$('rate').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('unrated').hidden = true;
  const chosen = (name) => $('rate').querySelector(`input[name="${name}"]:checked`)?.value;
  const missing = ['reached', 'solved', 'desk_mark', 'unit_mark'].filter((name) => chosen(name) === undefined);
  if (missing.length > 0 || shown === null) {
    complain('unrated', [t.choose], $('rate').querySelector(`input[name="${missing[0]}"]`));
    return;
  }
  const body = {
    proof: shown.proof,
    reached: chosen('reached') === 'yes',
    solved: chosen('solved'),
    desk_mark: Number(chosen('desk_mark')),
    unit_mark: Number(chosen('unit_mark')),
    words: $('words').value.trim(),
  };
  try {
    const answer = await post(`/api/public/reports/${encodeURIComponent(shown.no)}/rating`, body, { 'Idempotency-Key': rateKey });
    const said = await answer.json();
    if (!answer.ok) {
      // What was refused is other words the next time, and needs another key; silence does not.
      if (answer.status < 500) rateKey = newKey();
      const known = said.type === 'refused/rated_already';
      complain('unrated', [known ? t.before : t.unrated], null);
      return;
    }
    show(said);
    $('status').append(make('p', t.thanks));
    $('rate').reset();
    $('status').focus();
  } catch {
    complain('unrated', [t.unrated], null);
  }
});
