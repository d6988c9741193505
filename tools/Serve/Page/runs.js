// Runs: a table to choose from, the curves of the chosen runs in one chart, and their samples, updated live.

import { recall } from './storage.js';

const $ = id => document.getElementById(id);
const W = 640, H = 240, L = 56, R = 24, T = 10, B = 40;

const EVERY = 3000; // milliseconds between two updates of the list
const MOST = 16; // runs at a time: one connection follows no more
const TOO_MANY = `The page shows ${MOST} runs at a time: untick another one first.`;
const FIRST_PAUSE = 500, LONGEST_PAUSE = 8000; // milliseconds until a stream that ended is opened again

let ask, say, timer = 0, wanted = [], missing = '', changed = () => {}, order = { key: 'name', falls: false };
const chosen = new Map(); // name → { curves: loss → { x, y }, samples, options, box }
const rows = new Map(); // name → row of the list

// Sets the runs to choose as soon as they are listed, and the callback for changes of the choice.
export const wantRuns = (names, onChange) => [wanted, changed] = [names, onChange];

export const watched = () => (rows.size ? [...chosen.keys()] : wanted);

// Columns: title, sort key, displayed value.
const NAMES = ['G_L1', 'cycle_A'];
const lossOf = run => Object.entries(run.losses ?? {}).sort(([a], [b]) => NAMES.includes(b) - NAMES.includes(a))[0];
const lasting = s => s === null || s === undefined ? '' : s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : `${(s / 3600).toFixed(1)} h`;
const COLUMNS = [
  ['Run', 'name', run => run.name],
  ['Family', 'family', run => run.family],
  ['Started', 'started', run => run.started, run => run.started ? new Date(run.started).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' }) : ''],
  ['Duration', 'seconds', run => run.seconds, run => lasting(run.seconds)],
  ['Steps', 'step', run => run.step],
  ['Last loss', 'loss', run => lossOf(run)?.[1], run => lossOf(run) ? `${lossOf(run)[0]} ${short(lossOf(run)[1])}` : ''],
  ['Score', 'score', run => run.score && +run.score.value, run => run.score ? `${run.score.name.split(' (')[0]} ${run.score.value}` : ''],
  ['State', 'state', run => state(run)],
];
const state = run => run.problem ? '' : run.finished ? 'finished' : run.is_training ? 'training' : 'stopped';

const addHeads = () => {
  for (const [title, key] of COLUMNS) {
    const head = document.createElement('th'), button = Object.assign(document.createElement('button'), { type: 'button', textContent: title });
    button.addEventListener('click', () => { order = { key, falls: order.key === key && !order.falls }; arrange(); });
    head.append(button);
    $('run-heads').append(head);
  }
  $('run-heads').insertCell();
};

// Sorts the table; rows without a value come last in either order.
const arrange = () => {
  COLUMNS.forEach(([, key], i) => {
    if (key === order.key) $('run-heads').cells[i].setAttribute('aria-sort', order.falls ? 'descending' : 'ascending');
    else $('run-heads').cells[i].removeAttribute('aria-sort');
  });
  const [, , value] = COLUMNS.find(([, key]) => key === order.key), sign = order.falls ? -1 : 1;
  const sorted = [...rows.values()].map(row => [value(row.run), row]).sort(([a], [b]) =>
    (a ?? null) === null || (b ?? null) === null ? ((a ?? null) === null) - ((b ?? null) === null)
      : sign * (typeof a === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true })));
  sorted.forEach(([, row], i) => { if ($('run-rows').rows[i] !== row) $('run-rows').insertBefore(row, $('run-rows').rows[i] ?? null); });
};

export const openRuns = async (asker, sayer) => {
  [ask, say] = [asker, sayer];
  clearTimeout(timer);
  if ($('runs').hidden) return;
  try {
    if (!document.hidden) list(await (await ask('api/runs')).json());
  } catch (problem) {
    say(problem.message);
  }
  timer = setTimeout(() => openRuns(ask, say), EVERY);
};

const list = runs => {
  for (const name of [...rows.keys()]) if (!runs.some(run => run.name === name)) { rows.get(name).remove(); rows.delete(name); leave(name); }
  $('run-list').hidden = !runs.length;
  $('no-runs').hidden = runs.length > 0;
  if (!$('run-heads').cells.length) addHeads();
  for (const run of runs) {
    if (!rows.has(run.name)) add(run.name);
    const row = rows.get(run.name), input = row.querySelector('input'), share = row.querySelector('progress');
    input.disabled = !!run.problem;
    row.run = run;
    row.cells[1].textContent = run.problem ?? run.family;
    for (const [i, [, , , text]] of COLUMNS.entries()) if (text) row.cells[i].textContent = text(run);
    row.cells[6].title = run.score?.name ?? '';
    row.querySelector('a').hidden = !!run.problem;
    share.hidden = !run.total_steps;
    share.max = run.total_steps || 1;
    share.value = run.step ?? 0;
    row.querySelector('.number').textContent = run.problem ? '' : `${run.step}${run.total_steps ? ` of ${run.total_steps}` : ''}`;
    row.querySelector('.state').textContent = state(run);
    row.querySelector('.why').textContent = run.problem_of_training ?? '';
    const button = row.querySelector('button');
    button.hidden = !run.is_training && !run.can_resume;
    button.textContent = run.is_training ? 'Stop' : 'Resume';
    button.setAttribute('aria-label', `${button.textContent} ${run.name}`);
    if (button.dataset.state !== String(run.is_training)) [button.disabled, button.dataset.state] = [false, run.is_training];
  }
  if (wanted.join(', ') !== missing) { // They are chosen when they come.
    missing = wanted.join(', ');
    say(missing && `${missing}: no such run is in this server's folder.`);
  }
  if (!chosen.size && !wanted.length) chooseNewest(runs);
  arrange();
};

const chooseNewest = runs => {
  const newest = runs.filter(run => !run.problem).reduce((a, b) => (!a || b.started > a.started ? b : a), null);
  if (!newest) return;
  rows.get(newest.name).querySelector('input').checked = true;
  watch(newest.name);
};

const add = name => {
  const row = $('run-rows').insertRow();
  const input = Object.assign(document.createElement('input'), { type: 'checkbox' });
  input.addEventListener('change', () => {
    const tooMany = input.checked && chosen.size >= MOST;
    say(tooMany ? TOO_MANY : '');
    if (tooMany) input.checked = false;
    else if (!input.checked && chosen.size === 1) input.checked = true; // One run is always shown.
    else if (input.checked) watch(name);
    else leave(name);
    changed();
  });
  const label = document.createElement('label');
  label.append(input, ` ${name}`);
  row.insertCell().append(label);
  for (let i = 1; i < 4; i++) row.insertCell();
  const place = row.insertCell(), text = document.createElement('span');
  text.className = 'number';
  place.append(document.createElement('progress'), text);
  const button = Object.assign(document.createElement('button'), { type: 'button' });
  button.addEventListener('click', async () => {
    button.disabled = true; // Until the run's state changes.
    try {
      await ask(`api/runs/${encodeURIComponent(name)}/${button.textContent.toLowerCase()}`, { method: 'POST' });
      say('');
    } catch (problem) {
      button.disabled = false;
      say(problem.message);
    }
    openRuns(ask, say);
  });
  for (let i = 5; i < 7; i++) row.insertCell();
  row.insertCell().innerHTML = '<span class="state"></span> <span class="why dim"></span>';
  const report = Object.assign(document.createElement('a'), { textContent: 'Report', href: `api/runs/${encodeURIComponent(name)}/report`, target: '_blank', className: 'button' });
  report.addEventListener('click', async e => {
    if (!recall('token')) return;
    e.preventDefault(); // A link can't send the token: fetch the report and save it as a file.
    try {
      const url = URL.createObjectURL(await (await ask(report.href)).blob());
      Object.assign(document.createElement('a'), { href: url, download: `${name}.html` }).click();
    } catch (problem) {
      say(problem.message);
    }
  });
  row.insertCell().append(report, ' ', button);
  for (const [i, [title]] of COLUMNS.entries()) row.cells[i].dataset.title = title;
  rows.set(name, row);
  if (wanted.includes(name)) {
    wanted = wanted.filter(w => w !== name);
    input.checked = chosen.size < MOST;
    if (input.checked) watch(name);
    else say(TOO_MANY);
  }
};

const leave = name => {
  if (!chosen.has(name)) return;
  chosen.get(name).box.remove();
  chosen.delete(name);
  draw();
  follow();
};

const watch = name => {
  const run = { curves: new Map(), samples: [], box: samplesBox(name) };
  chosen.set(name, run);
  $('run-samples').append(run.box);
  load(name, run);
};

const load = async (name, run) => {
  try {
    const state = await (await ask(`api/runs/${encodeURIComponent(name)}`)).json();
    Object.assign(run, { options: state.options, samples: state.samples, ofTraining: state.samples_from_training });
    draw();
    follow();
  } catch (problem) {
    say(`${name}: ${problem.message}`);
    setTimeout(() => { if (chosen.get(name) === run) { say(''); load(name, run); } }, EVERY);
  }
};

// Server-sent events of all chosen runs over one connection, parsed here since an EventSource can't send the token. Where it ends or breaks,
// it is opened again after growing pauses: the server was started again, or this machine has slept. Meanwhile the list says what is wrong.
let stream = new AbortController();
const follow = async () => {
  stream.abort();
  const mine = stream = new AbortController();
  for (let pause = FIRST_PAUSE; stream === mine && chosen.size; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      await listen(mine.signal, () => { pause = FIRST_PAUSE; });
    } catch (problem) {
      if (stream !== mine) return;
      if (problem.status) say(problem.message); // The server's own sentence.
    }
    await new Promise(done => setTimeout(done, pause));
  }
};

const listen = async (signal, heardOf) => {
  const begun = new Set(), query = new URLSearchParams([...chosen.keys()].map(name => ['run', name]));
  const reader = (await ask(`api/events?${query}`, { signal })).body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    heardOf();
    const parts = (text + value).split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/s.exec(part) ?? [];
      if (event) await heard(event, JSON.parse(data), begun);
    }
  }
};

const heard = async (event, data, begun) => {
  const run = chosen.get(data.run);
  if (!run) return;
  if (event === 'again' || (event === 'log' && !begun.has(data.run))) run.curves.clear(); // A new connection sends the whole log.
  if (event === 'log') {
    begun.add(data.run);
    for (const entry of data.entries) {
      for (const [loss, value] of Object.entries(entry.losses)) {
        if (!run.curves.has(loss)) run.curves.set(loss, { x: [], y: [] });
        run.curves.get(loss).x.push(entry.step);
        run.curves.get(loss).y.push(value);
      }
    }
  }
  if (event === 'samples' && data.count !== run.samples.length) {
    const state = await (await ask(`api/runs/${encodeURIComponent(data.run)}`)).json();
    Object.assign(run, { samples: state.samples, ofTraining: state.samples_from_training });
  }
  draw();
};

const short = v => v === 0 ? '0' : Math.abs(v) >= 1e4 ? `${(v / 1e3).toFixed(0)}k` : Math.abs(v) < 1e-3 ? v.toExponential(1) : String(+v.toPrecision(3));

const smooth = y => {
  let average = 0, weight = 0;
  return y.map(v => { average = average * 29 / 31 + v * 2 / 31; weight = weight * 29 / 31 + 2 / 31; return average / weight; });
};

const thin = (x, y, most) => {
  const step = Math.ceil(x.length / most);
  return x.map((v, i) => [v, y[i]]).filter((_, i) => i % step === 0 || i === x.length - 1);
};

// Round numbers between two others, at most six.
const ticks = (low, high) => {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough * 0.999);
  return Array.from({ length: Math.floor(high / step + 1e-6) - Math.ceil(low / step - 1e-6) + 1 }, (_, i) => (Math.ceil(low / step - 1e-6) + i) * step);
};

const chart = (loss, series) => {
  const box = document.createElement('div');
  const lines = series.map(s => ({ ...s, points: thin(s.x, smooth(s.y), 600) }));
  const all = lines.flatMap(s => s.points);
  const from = Math.min(...all.map(p => p[0])), to = Math.max(from + 1, ...all.map(p => p[0]));
  const low = Math.min(0, ...all.map(p => p[1])), most = Math.max(...all.map(p => p[1])); // Curves of losses begin at 0.
  const high = most - low > -1e-9 * low ? most : low + Math.max(1, -low); // Rounding alone is no range.
  const X = x => L + (x - from) / (to - from) * (W - L - R), Y = y => H - B - (y - low) / (high - low) * (H - T - B);
  const values = ticks(low, high), steps = ticks(from, to).filter(Number.isInteger);
  box.innerHTML = `<h3></h3><svg viewBox="0 0 ${W} ${H}" role="img">${
    values.map(v => `<path class="grid" d="M${L} ${Y(v)}H${W - R}"/><text class="tick" x="${L - 6}" y="${Y(v) + 4}" text-anchor="end">${short(v)}</text>`).join('')}${
    steps.map(v => `<text class="tick" x="${X(v)}" y="${H - 22}" text-anchor="middle">${v}</text>`).join('')}${
    `<text class="tick" x="${(L + W - R) / 2}" y="${H - 5}" text-anchor="middle">step</text>`}${
    lines.map(s => ({ look: `class="s${s.colour % 8}"`, points: s.points.map(p => [X(p[0]).toFixed(1), Y(p[1]).toFixed(1)]) }))
      .map(({ look, points }) => points.length === 1 // A line through one point is invisible.
        ? `<circle ${look} cx="${points[0][0]}" cy="${points[0][1]}" r="4" fill="currentColor"/>`
        : `<polyline ${look} points="${points.join(' ')}"/>`).join('')}</svg>`;
  box.querySelector('h3').textContent = `${loss}: ${lines.map(s => short(s.points[s.points.length - 1][1])).join(', ')}`;
  box.querySelector('svg').setAttribute('aria-label', `${loss} over the steps`);
  return box;
};

// The loss that the user chose; until then, and for runs that don't have it, the page chooses.
let wish = '';
$('loss').addEventListener('change', () => { wish = $('loss').value; draw(); });

let waiting = false;
const draw = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; render(); });
};

const render = () => {
  const names = [...chosen.keys()];
  $('run-view').replaceChildren(...(names.length > 1 ? [differences(names)] : []));
  const losses = [...new Set(names.flatMap(n => [...chosen.get(n).curves.keys()]))], select = $('loss');
  $('curve').hidden = !losses.length;
  if (losses.join() !== [...select.options].map(o => o.value).join()) {
    select.replaceChildren(...losses.map(loss => new Option(loss)));
    select.value = [wish, ...NAMES, ...losses].find(loss => losses.includes(loss)) ?? '';
  }
  const series = names.flatMap((name, colour) => (chosen.get(name).curves.has(select.value) ? [{ ...chosen.get(name).curves.get(select.value), colour, name }] : []));
  const legend = document.createElement('p');
  legend.append(...series.map(({ name, colour }) => Object.assign(document.createElement('b'), { className: `mark s${colour % 8}`, textContent: `${name} ` })));
  $('chart').replaceChildren(...(series.length ? [chart(select.value, series), legend] : []));
  names.forEach(samples);
};

// Options that the chosen runs don't have in common.
const differences = names => {
  const box = document.createElement('div');
  Object.assign(box, { className: 'card wide', tabIndex: 0, role: 'region', ariaLabel: 'Options' });
  const table = document.createElement('table');
  const options = new Set(names.flatMap(n => Object.keys(chosen.get(n).options ?? {})));
  for (const option of options) {
    const values = names.map(n => chosen.get(n).options?.[option] ?? '—');
    if (new Set(values).size < 2) continue;
    const row = table.insertRow();
    for (const text of [option, ...values]) row.insertCell().textContent = text;
  }
  if (table.rows.length) {
    const heads = table.createTHead().insertRow();
    heads.append(...['', ...names].map(text => Object.assign(document.createElement('th'), { textContent: text })));
  }
  const title = document.createElement('h2');
  title.textContent = 'Options that differ';
  box.append(title, table.rows.length ? table : 'None.');
  return box;
};

// A run's samples: a slider over the steps that have some. The selected step stays while the run goes on, except that the newest is replaced by
// a newer one.
const samplesBox = name => {
  const box = document.createElement('div');
  box.className = 'card samples';
  box.innerHTML = '<h2></h2><input type="range" min="0" max="0" value="0"><div></div>';
  const slider = box.querySelector('input');
  slider.setAttribute('aria-label', `${name}: step of the samples`);
  slider.addEventListener('input', () => samples(name));
  return box;
};

const samples = name => {
  const run = chosen.get(name), steps = [...new Set(run.samples.map(s => s.step))], slider = run.box.querySelector('input');
  const atEnd = slider.value === slider.max;
  slider.hidden = steps.length < 2;
  slider.max = Math.max(0, steps.length - 1);
  if (atEnd) slider.value = slider.max;
  const step = steps[slider.value], key = `${step} ${run.samples.length}`;
  if (run.shown === key) return;
  run.shown = key;
  picturesOf(name, run, run.samples.filter(s => s.step === step), key).catch(problem => {
    say(problem.message);
    setTimeout(() => { if (run.shown === key) { run.shown = null; say(''); draw(); } }, EVERY);
  });
};

const picturesOf = async (name, run, shown, key) => {
  const images = await Promise.all(shown.map(async s => {
    const blob = await (await ask(`api/runs/${encodeURIComponent(name)}/samples/${s.index}`)).blob();
    return Object.assign(new Image(), { src: URL.createObjectURL(blob), alt: `samples of ${name} at step ${s.step}` });
  }));
  if (run.shown !== key) return;
  run.box.querySelector('h2').textContent = !shown.length ? `${name}: no samples yet`
    : `${name}, step ${shown[0].step}: ${shown[0].columns.join(' | ')}${run.ofTraining ? ' (from the training pictures)' : ''}`;
  const place = run.box.querySelector('div');
  for (const old of place.children) URL.revokeObjectURL(old.src);
  place.replaceChildren(...images);
};
