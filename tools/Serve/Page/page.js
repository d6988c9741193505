import { card, empty, entitle, show } from './compare.js';
import { Drawing, nearest, rgbOf } from './drawing.js';
import { openData, hasData, sendRest } from './data.js';
import { addMaking, makingQuery } from './making.js';
import { png } from './png.js';
import { openRuns, wantRuns, watched } from './runs.js';
import { halved, hearPictures, openCamera, scaled } from './sources.js';
import { keep, recall } from './storage.js';
import { isFlat, isNumbers, lookOf, suits } from './suiting.js';

const $ = id => document.getElementById(id);

// Behind # is the page's state, and at first the token, which is removed from the address and kept for this window only.
const address = new URLSearchParams(location.hash.slice(1));
if (address.has('token')) {
  keep('token', address.get('token'));
  address.delete('token');
  history.replaceState(null, '', `${location.pathname}${address.size ? `#${address}` : ''}`);
}
addEventListener('hashchange', () => location.reload()); // The user entered another link: the page's own changes of the address fire no event.
const token = recall('token');

const say = text => {
  $('problem').textContent = text;
  $('problem').hidden = !text;
};

// What is said while the server is away; taken back with its first answer.
const AWAY = 'The server does not answer. This page tries again, and goes on when it does.';
const PAUSE_WHILE_AWAY = 2000; // milliseconds

export const ask = async (address, options = {}) => {
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) } });
  } catch (problem) {
    if (problem.name === 'AbortError') throw problem;
    throw Object.assign(new Error(AWAY), { wait: PAUSE_WHILE_AWAY });
  }
  if ($('problem').textContent === AWAY) say('');
  if (answer.ok) return answer;
  const problem = new Error((await answer.json().catch(() => ({}))).error ?? `the server answered ${answer.status}`);
  problem.status = answer.status;
  problem.wait = answer.status === 503 ? 1000 * (+answer.headers.get('Retry-After') || 1) : 0;
  throw problem;
};

// Parts of the page.
const tabs = [...document.querySelectorAll('[role=tab]')];
const open = tab => {
  for (const t of tabs) {
    t.setAttribute('aria-selected', t === tab);
    t.tabIndex = t === tab ? 0 : -1;
    $(t.getAttribute('aria-controls')).hidden = t !== tab;
  }
  keepAddress();
  if (tab.id === 'tab-runs') openRuns(ask, say);
  if (tab.id === 'tab-data') openData(ask, say);
};
for (const [i, tab] of tabs.entries()) {
  tab.addEventListener('click', () => open(tab));
  tab.addEventListener('keydown', e => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (step) { tabs[(i + step + tabs.length) % tabs.length].focus(); open(document.activeElement); }
  });
}

// Keeps the part, models and runs in the address, so that a reload and a shared link show the same.
const keepAddress = () => {
  const state = new URLSearchParams({ tab: tabs.find(t => t.tabIndex === 0).id.slice(4) });
  for (const model of models) if (model.asked.chosen.checked) state.append('model', model.name);
  for (const run of watched()) state.append('run', run);
  history.replaceState(null, '', `#${state}`);
};

// Models and their inputs.
let models = [];
const jobs = new Map(); // cards of the answers: model and number → card

const element = (tag, properties = {}, ...children) => {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
};

const field = (text, input) => {
  const label = element('label', { className: 'field' }, text + ' ', input);
  input.addEventListener('change', () => changed());
  return label;
};

const describe = model => {
  const box = element('fieldset');
  const named = models.filter(m => address.getAll('model').includes(m.name));
  const chosen = element('input', { type: 'checkbox', checked: named.length ? named.includes(model) : model === models[0] });
  const dim = () => box.classList.toggle('off', !chosen.checked);
  chosen.addEventListener('change', () => { dim(); keepAddress(); offerExamples().catch(problem => say(problem.message)); changed(); });
  dim();
  const about = element('span', { className: 'dim' });
  box.append(element('legend', {}, element('label', {}, chosen, ` ${model.name} `, about)));
  const asked = { chosen, about };
  sayStep(model, about, model.step);
  if (model.directions.length > 1) {
    asked.direction = element('select', {}, ...model.directions.map(d => new Option(d)));
    box.append(field('Direction', asked.direction));
  }
  asked.sets = model.labels.map((set, i) => {
    const places = element('div', { className: 'choices' });
    const inputs = set.names.map((name, k) => {
      const input = element('input', { type: set.exclude ? 'radio' : 'checkbox', name: `${model.name} ${set.exclude ? 'label' : i}`, value: name, checked: i === 0 && k === 0 });
      input.addEventListener('change', () => changed());
      places.append(element('label', {}, input, ` ${name}`));
      return input;
    });
    box.append(places);
    return inputs;
  });
  if (model.has_many_answers) {
    asked.samples = element('input', { type: 'number', min: 1, max: 20, value: 4 });
    asked.seed = 1;
    const others = element('button', { type: 'button', textContent: 'New samples' });
    others.addEventListener('click', () => { asked.seed++; changed(); });
    box.append(field('Number of results', asked.samples), others);
  }
  if (model.steps) {
    asked.steps = element('input', { type: 'number', min: 1, max: model.steps.most, value: model.steps.usual });
    box.append(field('Steps', asked.steps));
  }
  if (model.takes_range) {
    const ranges = { signed: '−1 and 1', unit: '0 and 1', bytes: '0 and 255' };
    asked.range = element('select', {}, ...Object.entries(ranges).map(([value, text]) => new Option(text, value)));
    box.append(field('Black and white are', asked.range));
  }
  if (model.style) addStyle(model, asked, box);
  if (model.makes) asked.making = addMaking(model, box, element, changed);
  model.asked = asked;
  $('models').append(box);
};

const sayStep = (model, about, step) => {
  about.textContent = model.family + (step === null || step === undefined ? '' : `, step ${step}`);
};

// One sentence on what a model wants to be given.
const wantsOf = model => {
  const wants = model.palette
    ? `It wants a map of flat colours, one for each class${model.palette_names ? ` (${model.palette_names.slice(0, 4).join(', ')} …)` : ''}: draw one, or begin with an example.`
    : model.examples ? 'It wants pictures like its examples.' : 'It wants pictures like those that it was trained with.';
  return `${model.about ?? `${model.name} is a model of the family ${model.family}.`} ${wants}`;
};

// Inputs for a style picture, and for its label map if the model has a style for each class. Both are sent unscaled, since a map's colours
// are classes, and both must have the same size.
const addStyle = (model, asked, box) => {
  const inputs = [];
  const without = element('button', { type: 'button', textContent: 'Without', hidden: true });
  const add = (text, part, read) => {
    const input = element('input', { type: 'file', accept: 'image/*' });
    input.addEventListener('change', async () => {
      if (!input.files.length) return;
      try {
        asked[part] = await read(input.files[0], await createImageBitmap(input.files[0]));
        without.hidden = model.style === 'required';
        if (hasStyle(model)) changed();
      } catch {
        say(`${input.files[0].name}: is no picture that this browser can read`);
      }
    });
    inputs.push(input);
    box.append(element('label', { className: 'field' }, `${text} `, input));
  };
  if (model.style_labels) {
    add('In the style of', 'style', file => file);
    add('with the label map', 'styleLabels', file => file);
  } else {
    add('In the style of', 'style', (_, image) => scaled(image, image.width, image.height, 512));
  }
  without.addEventListener('click', () => {
    asked.style = asked.styleLabels = null;
    for (const input of inputs) input.value = '';
    without.hidden = true;
    changed();
  });
  box.append(without);
};

// Whether a style is chosen, including its label map if the model needs one.
const hasStyle = ({ asked, style_labels }) => !!asked?.style && (!style_labels || !!asked.styleLabels);

// Whether the picture is sent to a model: for one that generates pictures it is optional.
const takes = model => input !== null && (!model.makes || !!model.asked.making.inject?.checked);

// The queries of a model, one for each answer; in so few steps that no noise is drawn there is one.
const queries = model => {
  const { direction, sets, steps, samples, seed, range } = model.asked;
  const query = model.makes ? makingQuery(model, takes(model)) : new URLSearchParams();
  if (direction) query.set('direction', direction.value);
  if (range) query.set('range', range.value);
  if (sets.length) query.set('label', sets.flat().filter(i => i.checked).map(i => i.value).join(',') || 'none');
  if (steps) query.set('steps', Math.min(steps.max, Math.max(1, Math.round(+steps.value) || 1)));
  if (!samples || hasStyle(model) || +query.get('steps') < model.steps?.random_from) return [query];
  const count = Math.min(20, Math.max(1, Math.round(+samples.value) || 1));
  return Array.from({ length: count }, (_, i) => {
    const one = new URLSearchParams(query);
    one.set('samples', count);
    one.set('answer', i + 1);
    one.set('seed', seed);
    return one;
  });
};

// The picture: a function that returns its blob for a model, the time since when the user sees it, and what it looks like.
let input = null, running = null, again = false;

const changed = () => {
  showCode();
  if (!input && !models.some(m => m.makes)) return;
  again = true;
  running ??= translateAll().finally(() => { running = null; });
};

const setInput = (source, look, began = performance.now()) => {
  input = { source, look, began };
  changed();
};

// Shows the request to the first chosen model as a curl command and as a C# program.
const showCode = () => {
  const model = models.find(m => m.asked.chosen.checked);
  $('code').hidden = !model;
  if (!model) return;
  const verb = model.makes ? 'generate' : 'translate', query = queries(model)[0];
  const url = new URL(`api/models/${encodeURIComponent(model.name)}/${verb}${query.size ? `?${query}` : ''}`, location.origin + location.pathname).href.replaceAll("'", '%27');
  const key = token ? ' \\\n  -H "Authorization: Bearer $TOKEN"' : '';
  const parts = hasStyle(model) ? ['picture', 'style', ...(model.style_labels ? ['style-labels'] : [])] : null;
  const gives = !model.makes || takes(model);
  const sends = parts ? parts.map(p => `-F ${p}=@${p}.png`).join(' ') : gives ? '--data-binary @picture.png' : '-X POST';
  $('curl').textContent = `curl ${sends}${key} \\\n  -o result.png '${url}'`;
  const body = parts ? `new MultipartFormDataContent\n{\n${parts.map(p => `    { new ByteArrayContent(File.ReadAllBytes("${p}.png")), "${p}" },\n`).join('')}}`
    : `new ByteArrayContent(${gives ? 'File.ReadAllBytes("picture.png")' : '[]'})`;
  $('csharp').textContent = `using var http = new HttpClient();\n${token ? 'http.DefaultRequestHeaders.Authorization = new("Bearer", token);\n' : ''}`
    + `using var answer = await http.PostAsync("${url}", ${body});\nanswer.EnsureSuccessStatusCode();\nFile.WriteAllBytes("result.png", await answer.Content.ReadAsByteArrayAsync());`;
};
for (const button of document.querySelectorAll('[data-copies]')) {
  button.addEventListener('click', async () => {
    const code = $(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    } catch {
      getSelection().selectAllChildren(code); // The clipboard is writable only for pages of this machine and over https.
    }
  });
}

// One round at a time: of the changes during a round only the latest is translated next.
const translateAll = async () => {
  while (again) {
    again = false;
    const given = input ?? { began: performance.now() };
    const chosen = models.filter(m => m.asked.chosen.checked && (input || m.makes));
    const want = chosen.find(m => !m.makes);
    $('wants').hidden = !want;
    $('wants').textContent = want ? wantsOf(want) : '';
    const wanted = chosen.flatMap(model => queries(model).map((query, i, all) => ({ model, query, key: `${model.name} ${i}`, title: all.length > 1 ? `${model.name} ${i + 1}` : model.name })));
    for (const [key, box] of jobs) if (!wanted.some(w => w.key === key)) { box.remove(); jobs.delete(key); }
    for (const [place, { key, title }] of wanted.entries()) {
      if (!jobs.has(key)) jobs.set(key, card());
      const box = jobs.get(key), there = $('results').children[place];
      if (there !== box) $('results').insertBefore(box, there ?? null); // Do not move a card that is in place: it would lose the focus.
      entitle(box, title);
      box.classList.add('busy');
    }
    $('translate').classList.toggle('many', wanted.length > 1);
    $('translate').classList.toggle('crowd', wanted.length > 6);
    await Promise.all(wanted.map(({ model, query, key }) => translate(model, query, key, given)));
  }
};

const translate = async (model, query, key, { source, look, began }) => {
  const box = jobs.get(key);
  if (model.makes) began = performance.now(); // Its time does not depend on the picture.
  try {
    const own = takes(model) && look && !model.makes && !model.anyway && !suits(model, look, await looksOf(model, look));
    explain(model, box, own);
    if (own && !model.examples) {
      empty(box);
      box.dataset.took = 0;
      return;
    }
    const blob = own ? await ownExample(model) : takes(model) && source ? await source(model) : null;
    const verb = model.makes ? 'generate' : 'translate';
    const answer = await patiently(`api/models/${encodeURIComponent(model.name)}/${verb}?${query}`, bodyOf(blob, model));
    const picture = await answer.blob();
    if (model.makes && !query.has('size')) model.made = await createImageBitmap(picture); // The size of training.
    const half = answer.headers.get('Ilgpugan-Half'), reduced = answer.headers.get('Ilgpugan-Reduced'), step = answer.headers.get('Ilgpugan-Step');
    if (step) sayStep(model, model.asked.about, step);
    const remark = answer.headers.get('Ilgpugan-Remark'); // Such as that only the first of its frames was read.
    await show(box, half ? await halved(blob, half) : blob ?? picture, picture, '', `${model.name}.png`);
    box.classList.toggle('made', !blob);
    const took = performance.now() - began;
    box.dataset.took = took.toFixed(1);
    box.querySelector('output').textContent = [
      `${Math.round(took)} ms`, ...(step ? [`step ${step}`] : []), ...(reduced ? [`reduced to ${reduced}, the most that this server takes`] : []),
      ...(half ? [`of the ${half} half: the picture is a pair`] : []), ...(remark ? [remark] : []),
    ].join(', ');
    box.classList.remove('failed');
  } catch (problem) {
    empty(box, problem.message);
  }
};

// Says on a card why its model was not given the picture, and lets the user decide otherwise.
const explain = (model, box, own) => {
  box.querySelector('.note')?.remove();
  if (!own) return;
  const anyway = element('button', { type: 'button', className: 'link', textContent: 'Use it all the same' });
  anyway.addEventListener('click', () => { model.anyway = true; changed(); });
  const why = model.palette ? 'The picture is no map in its colours' : 'It wants no map of flat colours';
  box.querySelector('h3').after(element('p', { className: 'note' }, `${why}${model.examples ? '; here is an example of its own. ' : '. '}`, anyway));
};

// What the examples of a model look like; only where it matters, since they must be loaded.
const looksOf = async (model, look) => {
  if (model.palette || !isFlat(look)) return [];
  const count = Math.min(model.examples, 4);
  model.looks ??= await Promise.all(Array.from({ length: count }, async (_, i) => lookOf(await createImageBitmap(await exampleOf(model, i)))));
  return model.looks;
};

const bodyOf = (picture, model) => {
  if (!hasStyle(model)) return picture;
  const form = new FormData();
  form.append('picture', picture);
  form.append('style', model.asked.style);
  if (model.style_labels) form.append('style-labels', model.asked.styleLabels);
  return form;
};

// Tries again where the server is busy, and while it is away, until the user wants something else.
const patiently = async (address, body) => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask(address, { method: 'POST', body });
    } catch (problem) {
      const away = problem.message === AWAY;
      if (away) say(AWAY);
      if (!problem.wait || (away ? again : tries === 3)) throw problem;
      await new Promise(done => setTimeout(done, problem.wait));
    }
  }
};

// The input: a picture of the user, or of the camera, or a drawing. Each that begins ends those before it, and what they still waited for:
// begin() returns a function that says whether nothing else has begun since.
let file = null, turn = 0;
const begin = () => {
  const mine = ++turn;
  stopFilming();
  leaveDrawing();
  file = null;
  return () => turn === mine;
};

const take = async (picture, remark = '') => {
  const isWanted = begin();
  file = picture;
  for (const model of models) model.anyway = false;
  try {
    const image = await createImageBitmap(picture), most = +$('side').value, made = new Map();
    const source = model => {
      if (!made.has(model)) made.set(model, fitted(model, picture, image, most));
      return made.get(model);
    };
    const blob = await source(models.find(m => m.asked.chosen.checked && !m.makes));
    if (!isWanted()) return;
    if ($('shown').src) URL.revokeObjectURL($('shown').src);
    $('shown').src = URL.createObjectURL(blob);
    $('shown').hidden = false;
    say(remark);
    setInput(source, lookOf(image));
  } catch {
    if (isWanted()) say(`${picture.name ?? 'what was pasted'}: is no picture that this browser can read`);
  }
};

// A picture as it is sent to a model: with no side longer than `most` (0: as it is), and as class numbers where the model reads them.
const fitted = async (model, picture, image, most) => {
  const asItIs = ['image/png', 'image/jpeg'].includes(picture.type) && (!most || Math.max(image.width, image.height) <= most);
  const blob = asItIs ? picture : await scaled(image, image.width, image.height, most, !!model?.palette);
  return model?.reads_numbers && !model.anyway && !isNumbers(lookOf(image), model.palette.length) ? numbered(model, blob) : blob;
};

// A map of a model's colours with its classes as the indices, as drawings are.
const numbered = async (model, blob) => {
  const image = await createImageBitmap(blob), context = new OffscreenCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const colours = rgbOf(model.palette);
  return png(image.width, image.height, nearest(context.getImageData(0, 0, image.width, image.height).data, colours), colours);
};

hearPictures(take, say);
$('side').addEventListener('change', () => { if (file) take(file); });
const stopFilming = openCamera({
  begin,
  most: () => Math.min(+$('side').value || 512, 512),
  give: (frame, began, look) => { setInput(async () => frame, look, began); return running; },
  look: lookOf,
  say,
});

// Offers the examples of the first chosen model that has some, and begins with the first of them.
let offered = null;
const offerExamples = async () => {
  const model = models.find(m => m.asked.chosen.checked && m.examples) ?? null;
  $('try').hidden = !model || !$('drawing').hidden;
  if (!model || model === offered) return;
  offered = model;
  const use = (blob, i) => take(new File([blob], `example ${i + 1}.png`, { type: blob.type }));
  try {
    const first = await exampleOf(model, 0);
    if (!turn && offered === model) await use(first, 0);
    const buttons = await examplesOf(model, use, 'translate');
    if (offered === model) $('try').replaceChildren('Try one: ', ...buttons);
  } catch (problem) {
    if (offered === model) offered = null; // To be asked for again.
    throw problem;
  }
};

// An example is fetched once.
const exampleOf = (model, i) => {
  const fetched = (model.fetched ??= [])[i] ??= ask(`api/models/${encodeURIComponent(model.name)}/examples/${i}`).then(answer => answer.blob());
  fetched.catch(() => { delete model.fetched[i]; });
  return fetched;
};

const ownExample = async model => {
  const blob = await exampleOf(model, 0);
  return fitted(model, blob, await createImageBitmap(blob), 0);
};

const examplesOf = (model, use, verb) => Promise.all(Array.from({ length: model.examples }, async (_, i) => {
  const blob = await exampleOf(model, i);
  const button = element('button', { type: 'button', ariaLabel: `${verb} example ${i + 1}` }, element('img', { src: URL.createObjectURL(blob), alt: '' }));
  button.addEventListener('click', () => use(blob, i));
  return button;
}));

// Drawing, with the palette of the first chosen model that has one. Each model keeps its drawing, and what can be undone of it.
const drawings = new Map();
let drawing = null;
const leaveDrawing = () => {
  $('translate').classList.remove('drawing');
  $('drawing').hidden = true;
  $('scaling').hidden = false;
  $('drop').hidden = false;
  $('try').hidden = !offered;
  $('draw').setAttribute('aria-pressed', 'false');
};

// What is drawn is the input as long as the drawing is open.
const sendDrawing = () => {
  const mine = drawing;
  if (!$('drawing').hidden) setInput(async () => png(mine.side, mine.side, mine.classes, mine.rgb), lookOf(mine.canvas));
};

const startDrawing = async () => {
  begin();
  $('translate').classList.add('drawing');
  const model = models.find(m => m.palette && m.asked.chosen.checked) ?? models.find(m => m.palette);
  $('drawing').hidden = false;
  $('scaling').hidden = true;
  $('drop').hidden = $('try').hidden = true;
  $('draw').setAttribute('aria-pressed', 'true');
  if (!drawings.has(model)) {
    const place = $('drawing').appendChild(element('div'));
    drawings.set(model, Object.assign(new Drawing(place, model.side, model.palette, sendDrawing, model.palette_names), { place }));
  }
  const mine = drawing = drawings.get(model);
  for (const other of drawings.values()) other.place.hidden = other !== mine;
  try {
    if (!model.examples || mine.examples.hasChildNodes()) return;
    const first = await createImageBitmap(await exampleOf(model, 0));
    if (!mine.isBegun) mine.begin(first);
    mine.examples.replaceChildren(...await examplesOf(model, async blob => mine.load(await createImageBitmap(blob)), 'start from'));
  } finally {
    sendDrawing();
  }
};

$('draw').addEventListener('click', () => {
  if ($('draw').getAttribute('aria-pressed') === 'true') leaveDrawing();
  else startDrawing().catch(problem => say(problem.message));
});

try {
  models = await (await ask('api/models')).json();
  models.forEach(describe);
  $('none').hidden = models.length > 0;
  $('input').hidden = !models.some(m => !m.makes || m.makes.inject);
  $('draw').hidden = !models.some(m => m.palette);
  wantRuns(address.getAll('run'), keepAddress);
  sendRest(ask, say);
  const asked = tabs.find(t => t.id === `tab-${address.get('tab')}`);
  if (document.documentElement.dataset.parts === 'models') open(tabs[0]); // A program without runs and pairs.
  else if (asked) open(asked);
  else if (!models.length) open(await hasData(ask) ? tabs[2] : tabs[1]);
  if (models.some(m => m.makes)) changed(); // They need no input: start them.
  showCode();
  await offerExamples();
} catch (problem) {
  say(problem.message);
}
document.documentElement.dataset.ready = 'true';
