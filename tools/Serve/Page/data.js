// Reviews pairs one at a time: mark bad ones, swap halves, crop.

import { keep, recall } from './storage.js';

const $ = id => document.getElementById(id);

let ask, say, pairs = [], shown = [], at = 0, image = null, drag = null, sending = null;
let seen = null; // The pair whose picture is on the page, or can't be read: decisions are about it alone.

// Decisions that the server has not answered yet, in order. A reload goes on sending them.
const unsent = JSON.parse(recall('unsent') ?? '[]');
addEventListener('beforeunload', e => { if (unsent.length) e.preventDefault(); });

const noteUnsent = () => {
  keep('unsent', JSON.stringify(unsent));
  count();
};

export const sendRest = (asker, sayer) => {
  [ask, say] = [asker, sayer];
  sending ??= send().finally(() => { sending = null; });
};

// Asks again while the server is away, until it answers.
const patiently = async (address, options) => {
  for (;;) {
    try {
      return await ask(address, options);
    } catch (problem) {
      if (!problem.wait) throw problem;
      say(problem.message);
      await new Promise(done => setTimeout(done, problem.wait));
    }
  }
};

export const openData = async (asker, sayer) => {
  [ask, say] = [asker, sayer];
  try {
    const asked = [...unsent]; // The answer may be of before they are stored.
    const state = await (await patiently('api/data')).json();
    pairs = state.pairs;
    for (const { name, change } of [...asked, ...unsent]) Object.assign(pairs.find(p => p.name === name) ?? {}, change);
    $('no-data').hidden = pairs.length > 0;
    $('pairs').hidden = !pairs.length;
    $('write').hidden = !state.writes;
    $('write-to').textContent = state.writes ?? '';
    await choose();
  } catch (problem) {
    say(problem.message);
  }
};

export const hasData = async asker => (await (await asker('api/data')).json()).pairs.length > 0;

const changed = p => p.swapped || p.crop;

const choose = () => {
  const kind = $('pair-filter').value, name = shown[at]?.name;
  shown = pairs.filter(p => kind === 'all' || (kind === 'bad' ? p.bad : kind === 'changed' ? changed(p) : !p.bad));
  const place = shown.findIndex(p => p.name === name);
  return go(place < 0 ? Math.min(at, shown.length - 1) : place);
};

const go = async place => {
  if (drag) drag.pair.crop = drag.before;
  [image, drag, seen] = [null, null, null];
  at = Math.max(0, Math.min(shown.length - 1, place));
  const pair = shown[at];
  count();
  paint();
  $('pair-canvas').hidden = !pair;
  if (!pair) return;
  try {
    const loaded = await createImageBitmap(await (await ask(`api/data/${pair.index}`)).blob());
    if (shown[at] !== pair) return;
    [image, seen] = [loaded, pair];
    paint();
    say('');
  } catch (problem) {
    if (shown[at] !== pair) return;
    if (!problem.wait) seen = pair;
    paint();
    if (problem.wait) setTimeout(() => { if (shown[at] === pair) go(at); }, problem.wait);
    say(`${pair.name}: ${problem.message || 'is no picture that this browser can read'}`);
  }
};

const count = () => {
  const pair = shown[at];
  $('pair-name').textContent = pair ? `${at + 1} of ${shown.length}: ${pair.name}` : 'No pair is of this kind.';
  const rest = unsent.length ? `; not stored yet: ${unsent.length}` : '';
  $('pair-count').textContent = `${pairs.filter(p => p.bad).length} bad, ${pairs.filter(changed).length} changed, of ${pairs.length}${rest}`;
  $('pair-bad').setAttribute('aria-pressed', !!pair?.bad);
  $('pair-swap').setAttribute('aria-pressed', !!pair?.swapped);
  $('pair-whole').disabled = !pair?.crop;
  const crop = pair?.crop;
  for (const name of ['x', 'y', 'width', 'height']) $(`crop-${name}`).value = crop ? crop[name] : '';
};

const paint = () => {
  const canvas = $('pair-canvas'), context = canvas.getContext('2d'), pair = shown[at];
  canvas.setAttribute('aria-busy', pair !== seen);
  const said = pair ? [pair.name, ...(pair.bad ? ['bad'] : []), ...(pair.swapped ? ['swapped'] : []), ...(pair.crop ? ['cut'] : [])] : [];
  canvas.setAttribute('aria-label', said.join(', '));
  if (!image || !pair) { canvas.width = canvas.width; return; }
  const half = image.width >> 1;
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.style.width = `${image.width * Math.min(6, canvas.parentElement.clientWidth / image.width, 0.62 * innerHeight / image.height)}px`;
  context.drawImage(image, half, 0, half, image.height, pair.swapped ? 0 : half, 0, half, image.height);
  context.drawImage(image, 0, 0, half, image.height, pair.swapped ? half : 0, 0, half, image.height);
  if (pair.crop) {
    const { x, y, width, height } = pair.crop;
    context.fillStyle = 'rgba(0, 0, 0, 0.6)';
    for (const left of [0, half]) {
      context.fillRect(left, 0, half, y);
      context.fillRect(left, y + height, half, image.height - y - height);
      context.fillRect(left, y, x, height);
      context.fillRect(left + x + width, y, half - x - width, height);
    }
  }
  if (pair.bad) {
    context.strokeStyle = '#d1495b';
    context.lineWidth = Math.max(3, image.width / 100);
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(image.width, image.height);
    context.moveTo(image.width, 0);
    context.lineTo(0, image.height);
    context.stroke();
  }
};

const decide = change => {
  const pair = shown[at];
  if (!pair || pair !== seen) return;
  Object.assign(pair, change);
  paint();
  unsent.push({ index: pair.index, name: pair.name, change });
  noteUnsent();
  sendRest(ask, say);
};

// Sends what was decided, one after the other. The name tells the server which pair is meant: it may have others since it was asked for them.
const send = async () => {
  const refused = [];
  while (unsent.length) {
    const { index, name, change } = unsent[0];
    let problem = null;
    try {
      await patiently(`api/data/${index}`, { method: 'PUT', body: JSON.stringify({ name, ...change }), headers: { 'Content-Type': 'application/json' } });
    } catch (caught) {
      problem = caught;
    }
    unsent.shift();
    noteUnsent();
    if (problem) {
      refused.push(problem.status === 409 ? `${name}: the pairs have changed. They are listed anew, and this decision is not stored.` : problem.message);
      await openData(ask, say); // Shows what is stored instead.
    }
    say(refused.join(' '));
  }
};

const toggle = name => decide({ [name]: !shown[at]?.[name] });

$('pair-filter').addEventListener('change', choose);
$('pair-back').addEventListener('click', () => go(at - 1));
$('pair-next').addEventListener('click', () => go(at + 1));
$('pair-bad').addEventListener('click', () => toggle('bad'));
$('pair-swap').addEventListener('click', () => toggle('swapped'));
$('pair-whole').addEventListener('click', () => decide({ crop: null }));
$('crop').addEventListener('change', () => {
  const crop = Object.fromEntries(['x', 'y', 'width', 'height'].map(name => [name, $(`crop-${name}`).value]));
  if (Object.values(crop).every(value => value !== '')) decide({ crop: Object.fromEntries(Object.entries(crop).map(([name, value]) => [name, Math.round(+value)])) });
});

addEventListener('keydown', e => {
  if ($('data').hidden || !shown.length || e.ctrlKey || e.metaKey || e.altKey || ['INPUT', 'SELECT'].includes(e.target.tagName) || e.target.role === 'tab') return;
  const act = { ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), x: () => toggle('bad'), s: () => toggle('swapped'), c: () => decide({ crop: null }) }[e.key];
  if (!act) return;
  e.preventDefault();
  act();
});

// A rectangle that is drawn on one half crops both. Returns the pointer's position in pixels of the image.
const where = e => {
  const box = $('pair-canvas').getBoundingClientRect();
  return { x: (e.clientX - box.left) / box.width * image.width, y: (e.clientY - box.top) / box.height * image.height };
};
$('pair-canvas').addEventListener('pointerdown', e => {
  if (!image || e.button !== 0) return;
  e.preventDefault();
  $('pair-canvas').setPointerCapture(e.pointerId);
  const from = where(e), half = image.width >> 1;
  drag = { pair: shown[at], from, left: from.x < half ? 0 : half, half, before: shown[at].crop };
});
$('pair-canvas').addEventListener('pointermove', e => {
  if (!drag) return;
  const to = where(e), clamp = (v, most) => Math.round(Math.max(0, Math.min(most, v)));
  const xs = [drag.from.x, to.x].map(x => clamp(x - drag.left, drag.half)).sort((a, b) => a - b);
  const ys = [drag.from.y, to.y].map(y => clamp(y, image.height)).sort((a, b) => a - b);
  const crop = { x: xs[0], y: ys[0], width: xs[1] - xs[0], height: ys[1] - ys[0] };
  drag.pair.crop = crop.width > 3 && crop.height > 3 ? crop : drag.before; // A click is not a crop.
  paint();
});
for (const end of ['pointerup', 'pointercancel']) {
  $('pair-canvas').addEventListener(end, () => {
    if (drag && drag.pair.crop !== drag.before) decide({ crop: drag.pair.crop });
    drag = null;
  });
}

const writer = $('write').querySelector('button');
writer.addEventListener('click', e => { if (e.detail > 1) e.preventDefault(); }); // A double click is one.
$('write').addEventListener('submit', async e => {
  e.preventDefault();
  if (unsent.length) {
    $('written').textContent = 'Nothing is written: the server has not stored all decisions yet.';
    return;
  }
  const query = new URLSearchParams();
  if ($('divide').checked) for (const name of ['val', 'test', 'seed']) query.set(name, $(`share-${name}`).value);
  $('written').textContent = 'Writing …';
  writer.disabled = true;
  try {
    const { written, problems } = await (await ask(`api/data/write?${query}`, { method: 'POST' })).json();
    $('written').textContent = [`${written} pairs are written.`, ...problems].join('\n');
  } catch (problem) {
    $('written').textContent = problem.message;
  } finally {
    writer.disabled = false;
  }
});
