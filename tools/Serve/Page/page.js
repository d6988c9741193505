import { card, entitle, show } from './compare.js';
import { Drawing } from './drawing.js';
import { openData, hasData } from './data.js';
import { addMaking, makingQuery } from './making.js';
import { png } from './png.js';
import { openRuns } from './runs.js';
import { halved, hearPictures, openCamera, scaled } from './sources.js';

const $ = id => document.getElementById(id);

// The token comes behind # and goes no further than this window.
const fromAddress = new URLSearchParams(location.hash.slice(1)).get('token');
if (fromAddress) {
  sessionStorage.setItem('token', fromAddress);
  history.replaceState(null, '', location.pathname);
}
const token = sessionStorage.getItem('token');

const say = text => {
  $('problem').textContent = text;
  $('problem').hidden = !text;
};

export const ask = async (address, options = {}) => {
  const answer = await fetch(address, { ...options, headers: { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) } });
  if (answer.ok) return answer;
  const problem = new Error((await answer.json().catch(() => ({}))).error ?? `the server answered ${answer.status}`);
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

// Models, and what each can be asked.
let models = [];
const jobs = new Map(); // what is shown of each answer: model and number → card

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
  const chosen = element('input', { type: 'checkbox', checked: model === models[0] });
  chosen.addEventListener('change', () => changed());
  box.append(element('legend', {}, element('label', {}, chosen, ` ${model.name} `, element('span', { className: 'dim', textContent: model.family }))));
  const asked = { chosen };
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
    const others = element('button', { type: 'button', textContent: 'Others' });
    others.addEventListener('click', () => { asked.seed++; changed(); });
    box.append(field('Answers', asked.samples), others);
  }
  if (model.style) addStyle(model, asked, box);
  if (model.makes) asked.making = addMaking(model, box, element, changed);
  model.asked = asked;
  $('models').append(box);
};

// A picture to take the style of, and its label map for a model that takes it class by class: both of them as they are, since a map's
// colours are classes, and the two have one size.
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

// Whether a style is chosen, with all that the model asks for.
const hasStyle = ({ asked, style_labels }) => !!asked?.style && (!style_labels || !!asked.styleLabels);

// Whether a model is given the picture: one that makes pictures need not be.
const takes = model => input !== null && (!model.makes || !!model.asked.making.inject?.checked);

// A query for each answer that is wanted of a model.
const queries = model => {
  const { direction, sets, samples, seed } = model.asked;
  const query = model.makes ? makingQuery(model, takes(model)) : new URLSearchParams();
  if (direction) query.set('direction', direction.value);
  if (sets.length) query.set('label', sets.flat().filter(i => i.checked).map(i => i.value).join(',') || 'none');
  if (!samples || hasStyle(model)) return [query];
  const count = Math.min(20, Math.max(1, +samples.value || 1));
  return Array.from({ length: count }, (_, i) => {
    const one = new URLSearchParams(query);
    one.set('samples', count);
    one.set('answer', i + 1);
    one.set('seed', seed);
    return one;
  });
};

// The picture: a blob, and since when it is what the user sees.
let input = null, running = null, again = false;

const changed = () => {
  if (!input && !models.some(m => m.makes)) return;
  again = true;
  running ??= translateAll().finally(() => { running = null; });
};

const setInput = (source, began = performance.now()) => {
  input = { source, began };
  changed();
};

// One round at a time: what comes meanwhile waits as the newest, and all before it is passed over.
const translateAll = async () => {
  while (again) {
    again = false;
    const { source, began } = input ?? { began: performance.now() };
    const chosen = models.filter(m => m.asked.chosen.checked && (input || m.makes));
    const wanted = chosen.flatMap(model => queries(model).map((query, i, all) => ({ model, query, key: `${model.name} ${i}`, title: all.length > 1 ? `${model.name} ${i + 1}` : model.name })));
    for (const [key, box] of jobs) if (!wanted.some(w => w.key === key)) { box.remove(); jobs.delete(key); }
    for (const [place, { key, title }] of wanted.entries()) {
      if (!jobs.has(key)) jobs.set(key, card());
      const box = jobs.get(key), there = $('results').children[place];
      if (there !== box) $('results').insertBefore(box, there ?? null); // What stays where it is keeps the focus.
      entitle(box, title);
      box.classList.add('busy');
    }
    await Promise.all(wanted.map(({ model, query, key }) => translate(model, query, key, source, began)));
  }
};

const translate = async (model, query, key, source, began) => {
  const box = jobs.get(key);
  if (model.makes) began = performance.now(); // It waited for no picture.
  try {
    const blob = takes(model) && source ? await source() : null;
    const verb = model.makes ? 'generate' : 'translate';
    const answer = await patiently(`api/models/${encodeURIComponent(model.name)}/${verb}?${query}`, bodyOf(blob, model));
    const picture = await answer.blob();
    if (model.makes && !query.has('size')) model.made = await createImageBitmap(picture); // As large as in training.
    const half = answer.headers.get('Ilgpugan-Half'); // Of a pair, as the model has learnt from.
    await show(box, half ? await halved(blob, half) : blob ?? picture, picture, '', `${model.name}.png`);
    box.classList.toggle('made', !blob);
    const took = performance.now() - began;
    box.dataset.took = took.toFixed(1);
    box.querySelector('output').textContent = `${Math.round(took)} ms${half ? `, of the ${half} half: the picture is a pair` : ''}`;
    box.classList.remove('failed');
  } catch (problem) {
    box.classList.remove('busy');
    box.classList.add('failed');
    box.querySelector('output').textContent = problem.message;
  }
};

const bodyOf = (picture, model) => {
  if (!hasStyle(model)) return picture;
  const form = new FormData();
  form.append('picture', picture);
  form.append('style', model.asked.style);
  if (model.style_labels) form.append('style-labels', model.asked.styleLabels);
  return form;
};

const patiently = async (address, body) => {
  for (let tries = 0; ; tries++) {
    try {
      return await ask(address, { method: 'POST', body });
    } catch (problem) {
      if (!problem.wait || tries === 3) throw problem;
      await new Promise(done => setTimeout(done, problem.wait));
    }
  }
};

// What is translated: a picture that somebody gives, or a camera's.
let file = null;
const take = async picture => {
  stopFilming();
  leaveDrawing();
  file = picture;
  try {
    const image = await createImageBitmap(picture);
    const most = +$('side').value;
    const asItIs = ['image/png', 'image/jpeg'].includes(picture.type) && (!most || Math.max(image.width, image.height) <= most);
    const blob = asItIs ? picture : await scaled(image, image.width, image.height, most);
    if ($('shown').src) URL.revokeObjectURL($('shown').src);
    $('shown').src = URL.createObjectURL(blob);
    $('shown').hidden = false;
    say('');
    setInput(async () => blob);
  } catch {
    say(`${picture.name ?? 'what was pasted'}: is no picture that this browser can read`);
  }
};

hearPictures(take, say);
$('side').addEventListener('change', () => { if (file) take(file); });
const stopFilming = openCamera({
  begin: () => leaveDrawing(),
  most: () => Math.min(+$('side').value || 512, 512),
  give: (frame, began) => { setInput(async () => frame, began); return running; },
  say,
});

// Draw, in the palette of the first chosen model that has one.
let drawing = null;
const leaveDrawing = () => {
  $('translate').classList.remove('drawing');
  $('drawing').hidden = true;
  $('scaling').hidden = false;
  $('drop').hidden = false;
  $('draw').setAttribute('aria-pressed', 'false');
};

const startDrawing = async () => {
  $('translate').classList.add('drawing');
  stopFilming();
  const model = models.find(m => m.palette && m.asked.chosen.checked) ?? models.find(m => m.palette);
  $('drawing').hidden = false;
  $('scaling').hidden = true;
  $('drop').hidden = true;
  $('draw').setAttribute('aria-pressed', 'true');
  file = null;
  const source = () => { const mine = drawing; setInput(() => png(mine.side, mine.classes, mine.rgb)); };
  if (drawing?.model !== model.name) {
    drawing = new Drawing($('drawing'), model.side, model.palette, () => source(), model.palette_names);
    drawing.model = model.name;
    for (let i = 0; i < model.examples; i++) {
      const blob = await (await ask(`api/models/${encodeURIComponent(model.name)}/examples/${i}`)).blob();
      const image = element('img', { src: URL.createObjectURL(blob), alt: '' });
      const button = element('button', { type: 'button', ariaLabel: `start from example ${i + 1}` }, image);
      button.addEventListener('click', async () => drawing.load(await createImageBitmap(blob)));
      drawing.examples.append(button);
    }
  }
  source();
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
  if (!models.length) open(await hasData(ask) ? tabs[2] : tabs[1]);
  changed(); // A model that makes pictures waits for none.
} catch (problem) {
  say(problem.message);
}
document.documentElement.dataset.ready = 'true';
