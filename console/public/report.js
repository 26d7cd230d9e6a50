// The citizen's own page: no framework, no sign-in. What was typed survives a failed sending, and a
// repeated sending uses the same key, so that nothing is reported twice.
'use strict';
const $ = (id) => document.getElementById(id);
const KEPT = 'liandong.report';
const fields = ['narrative', 'place', 'number', 'name'];
const SAID = {
  narrative: '请写明发生了什么事（4000 字以内）。',
  number: '请留下可以打通的电话，只写数字。',
  place: '地点请在 200 字以内。',
  name: '称呼请在 100 字以内。',
};
const STATUS = { received: '已收到，等待处理', handling: '正在办理', elsewhere: '已转交另一平台办理', closed: '已办结' };
let key = crypto.randomUUID();

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

function count() {
  const n = [...$('narrative').value].length;
  $('count').textContent = n > 0 ? `${n} / 4000 字` : '最多 4000 字';
}
function complain(box, sentences, first) {
  const list = document.createElement('ul');
  for (const sentence of sentences) list.append(Object.assign(document.createElement('li'), { textContent: sentence }));
  $(box).replaceChildren(list);
  $(box).hidden = false;
  (first || $(box)).focus();
}
$('report').addEventListener('input', () => { count(); keep(); });
count();

$('report').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = event.submitter || $('report').querySelector('button');
  for (const f of fields) $(f).removeAttribute('aria-invalid');
  $('problems').hidden = true;
  const wrong = [];
  if (!$('narrative').value.trim()) wrong.push('narrative');
  if ($('number').value.replace(/\D/g, '').length < 5) wrong.push('number');
  if (wrong.length) {
    for (const f of wrong) $(f).setAttribute('aria-invalid', 'true');
    complain('problems', wrong.map((f) => SAID[f]), $(wrong[0]));
    return;
  }
  button.disabled = true;
  try {
    const body = Object.fromEntries(fields.map((f) => [f, $(f).value.trim()]));
    body.confidential = $('confidential').checked;
    const answer = await fetch('/api/public/reports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) {
      const named = (said.errors || []).map((e) => e.field).filter((f) => f in SAID);
      for (const f of named) $(f).setAttribute('aria-invalid', 'true');
      const sentences = named.length ? named.map((f) => SAID[f])
        : [answer.status === 429 ? '提交太频繁，请一分钟后再试。您填写的内容还在。' : '暂时没有提交成功，请稍后再试。您填写的内容还在。'];
      complain('problems', sentences, named.length ? $(named[0]) : null);
      return;
    }
    $('no').textContent = said.no;
    $('key').textContent = said.key;
    $('follow-no').value = said.no;
    $('follow-key').value = said.key;
    $('report').reset();
    try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
    key = crypto.randomUUID();
    count();
    $('receipt').hidden = false;
    $('receipt').focus();
  } catch {
    complain('problems', ['网络不通，没有提交成功。您填写的内容还在，请稍后再按一次提交。'], null);
  } finally {
    button.disabled = false;
  }
});

$('follow').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('missing').hidden = true;
  $('status').textContent = '';
  const no = $('follow-no').value.trim();
  const code = $('follow-key').value.trim();
  if (!no || !code) { complain('missing', ['请填写编号和查询码。'], no ? $('follow-key') : $('follow-no')); return; }
  try {
    const answer = await fetch(`/api/public/reports/${encodeURIComponent(no)}?key=${encodeURIComponent(code)}`);
    if (answer.status === 404) { complain('missing', ['没有找到，请核对编号和查询码。'], $('follow-no')); return; }
    if (!answer.ok) { complain('missing', ['暂时查不到，请稍后再试。'], null); return; }
    const said = await answer.json();
    const since = new Date(said.since).toLocaleString('zh-CN', { hour12: false });
    $('status').textContent = `${said.no}：${STATUS[said.status] || said.status}（自 ${since}）。${said.reply ? `答复：${said.reply}` : ''}`;
  } catch {
    complain('missing', ['网络不通，请稍后再试。'], null);
  }
});
