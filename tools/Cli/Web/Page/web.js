import { card, empty, entitle, show } from './compare.js';
import { Drawing, nearest, rgbOf } from './drawing.js';
import { resized } from './resizing.js';
import { halved, hearPictures, openCamera, scaled } from './sources.js';
import { lookOf, suits } from './suiting.js';
import { numbersOf } from './numbers.js';

// The page that runs one exported model in the browser. settings.js describes the model; the model and the runtime are stored in parts, as
// scripts, since a page that is opened as a file may load scripts and nothing else.

const model = globalThis.ilgpuganSettings;
const $ = id => document.getElementById(id);
const say = text => {
  $('problem').textContent = text;
  $('problem').hidden = !text;
};

// Colours for drawings without a palette; white, the first, is the background.
const FREE_COLOURS = ['#ffffff', '#000000', '#808080', '#c83232', '#e6962d', '#f0dc46', '#3ca046', '#3c6edc', '#82b4f0', '#7846aa', '#8c5a32', '#f0c8aa'];

// Joins the files from their parts.

const contents = {};

globalThis.ilgpuganPart = (name, index, text) => {
  const file = model.files[name], bytes = atob(text);
  const whole = contents[name] ??= new Uint8Array(file.bytes);
  for (let i = 0, to = index * model.part_bytes; i < bytes.length; i++, to++) whole[to] = bytes.charCodeAt(i);
};

const loadPart = address => new Promise((resolve, reject) => {
  const script = Object.assign(document.createElement('script'), { src: address });
  script.addEventListener('load', () => { script.remove(); resolve(); });
  script.addEventListener('error', () => reject(new Error(`${address} is missing: take the whole folder along`)));
  document.head.append(script);
});

const loadFiles = async () => {
  const addresses = Object.entries(model.files).flatMap(([name, file]) => Array.from({ length: file.parts }, (_, i) => `${name}-${i}.js`));
  for (const [i, address] of addresses.entries()) {
    $('state').textContent = `Loading, part ${i + 1} of ${addresses.length} …`;
    await loadPart(address);
  }
};

// Starts ONNX Runtime Web on one thread: more need headers that a static file server does not send.
const start = async () => {
  if (!globalThis.ort) throw new Error('ort.wasm.min.js is missing: take the whole folder along');
  await loadFiles();
  $('state').textContent = 'Starting …';
  const addressOf = text => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  // A module from a blob has no base address: resolving the binary's address against it would fail silently, although the binary is given. So
  // locateFile returns the plain name.
  const runtime = addressOf(contents.runtime);
  ort.env.wasm.wasmPaths = { mjs: addressOf(`import create from '${runtime}'; export default settings => create({ ...settings, locateFile: name => name });`) };
  ort.env.wasm.wasmBinary = contents.binary.buffer;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.initTimeout = 120000;
  const session = await ort.InferenceSession.create(contents.model, { executionProviders: ['wasm'] });
  for (const name of Object.keys(contents)) delete contents[name];
  return session;
};

// Converts pictures to and from tensors, as `ilgpugan translate` does.

// 0 1 2 3 2 1 0 1 …
const mirrored = (position, length) => {
  if (length === 1) return 0;
  const period = 2 * (length - 1), inPeriod = position % period;
  return inPeriod < length ? inPeriod : period - inPeriod;
};

const roundedUp = side => Math.max(model.smallest_side, Math.ceil(side / model.side_multiple) * model.side_multiple);

const levels = Float32Array.from({ length: 256 }, (_, v) => (Math.fround(Math.fround(v / 255) - 0.5)) / 0.5);

// Reflection padding to a size that the network accepts: for each pixel of the padded picture, its index in the picture.
const padded = (width, height) => {
  const [w, h] = [roundedUp(width), roundedUp(height)], places = new Int32Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = mirrored(y, height) * width;
    for (let x = 0; x < w; x++) places[y * w + x] = row + mirrored(x, width);
  }
  return { w, h, places };
};

// The levels with those of fully transparent pixels white, whatever is hidden there: as HiddenColours.
const whitened = data => {
  const seen = data.slice();
  for (let i = 0; i < seen.length; i += 4) if (!seen[i + 3]) seen.fill(255, i, i + 3);
  return seen;
};

// The picture's levels in the channels that the network reads.
const channelsOf = image => {
  const data = whitened(image.data), made = new Uint8ClampedArray(image.width * image.height * model.input_channels);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    if (model.input_channels === 1) made[to++] = (19595 * data[from] + 38470 * data[from + 1] + 7471 * data[from + 2] + 32768) >> 16;
    else for (let c = 0; c < 3; c++) made[to++] = data[from + c];
  }
  return made;
};

// Whether a picture goes through the network at the model's long side.
const isReduced = image => Math.max(image.width, image.height) > (model.long_side ?? Infinity);

// The size of a picture in the network: as BoundedPicture.SizeOf, which rounds halves to even.
const sizeInside = image => {
  if (!isReduced(image)) return [image.width, image.height];
  const rounded = side => side % 1 === 0.5 ? 2 * Math.round(side / 2) : Math.round(side), longer = Math.max(image.width, image.height);
  return [image.width, image.height].map(side => Math.max(1, rounded(model.long_side * side / longer)));
};

const pictureInput = image => {
  const [width, height] = sizeInside(image), channels = model.input_channels;
  const samples = resized(channelsOf(image), image.width, image.height, channels, width, height);
  const { w, h, places } = padded(width, height), plane = w * h, values = new Float32Array(channels * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < channels; c++) values[c * plane + i] = levels[samples[channels * places[i] + c]];
  }
  return { tensor: new ort.Tensor('float32', values, [1, channels, h, w]), width, height };
};

// The class of each pixel: the number in a gray picture, or the nearest colour.
const classesOf = image => {
  const { width, height, data } = image, { numbers } = model.labels;
  if (!numbers) return { width, height, ids: Int32Array.from(nearest(whitened(data), rgbOf(model.palette))) };
  const ids = new Int32Array(width * height);
  for (let i = 0; i < ids.length; i++) {
    const [r, g, b] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    if (r !== g || r !== b) {
      throw new Error('the picture holds colours, where the model expects the numbers of classes in a gray picture; draw one');
    }
    ids[i] = r;
  }
  return known({ width, height, ids });
};

const known = map => {
  const { classes, unknown } = model.labels, other = map.ids.find(id => id >= classes && !(unknown && id === 255));
  if (other !== undefined) throw new Error(`the picture has pixels of class ${other}, but there are ${classes} classes, from 0`);
  return map;
};

const croppedMap = (map, left, width) => ({
  width, height: map.height, ids: map.ids.filter((_, i) => i % map.width >= left && i % map.width < left + width),
});

const resizedMap = (map, width, height) => {
  if (width === map.width && height === map.height) return map;
  const nearestTo = (at, from, to) => Math.floor((2 * at + 1) * from / (2 * to)), ids = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = nearestTo(y, map.height, height) * map.width;
    for (let x = 0; x < width; x++) ids[y * width + x] = map.ids[row + nearestTo(x, map.width, width)];
  }
  return { width, height, ids };
};

// One plane per class; if the network needs it, one of borders, with 1 on both sides of each border.
const labelInput = given => {
  const { side, classes, planes, borders } = model.labels;
  const map = side ? resizedMap(given, side, side) : given;
  const { w, h, places } = padded(map.width, map.height), plane = w * h;
  const values = new Float32Array((planes + (borders ? 1 : 0)) * plane), ids = places.map(i => map.ids[i]);
  for (let i = 0; i < plane; i++) values[Math.min(ids[i], classes) * plane + i] = 1;
  if (borders) {
    const edge = planes * plane;
    for (let i = 0; i < plane; i++) {
      if (i % w < w - 1 && ids[i] !== ids[i + 1]) values[edge + i] = values[edge + i + 1] = 1;
      if (i < plane - w && ids[i] !== ids[i + w]) values[edge + i] = values[edge + i + w] = 1;
    }
  }
  return { tensor: new ort.Tensor('float32', values, [1, planes + (borders ? 1 : 0), h, w]), width: map.width, height: map.height };
};

// Crops the output's part of the padding, also if the network enlarges or shrinks; what was made of a picture that was reduced gets the
// picture's size. The image's clamped array rounds the levels at last.
const pictureOf = (output, input, image) => {
  const [, channels, rows, columns] = output.dims, [, , h, w] = input.tensor.dims, plane = rows * columns;
  const width = Math.max(1, Math.floor(input.width * columns / w)), height = Math.max(1, Math.floor(input.height * rows / h));
  const levels = new Float32Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = 4 * (y * width + x), from = y * columns + x;
      for (let c = 0; c < 3; c++) levels[to + c] = Math.min(Math.max((output.data[(channels === 1 ? 0 : c * plane) + from] + 1) * 127.5, 0), 255);
      levels[to + 3] = 255;
    }
  }
  const to = image && isReduced(image) ? image : { width, height };
  return new ImageData(Uint8ClampedArray.from(resized(levels, width, height, 4, to.width, to.height)), to.width, to.height);
};

// The transparency of a picture in what was made of it.
const withAlphaOf = (image, made) => {
  let source = image;
  if (image.width !== made.width || image.height !== made.height) {
    const context = new OffscreenCanvas(made.width, made.height).getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvasOf(image), 0, 0, made.width, made.height);
    source = context.getImageData(0, 0, made.width, made.height);
  }
  for (let i = 3; i < made.data.length; i += 4) made.data[i] = source.data[i];
  return made;
};

const canvasOf = image => {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
};

const blobOf = image => canvasOf(image).convertToBlob({ type: 'image/png' });

// The levels as stored in the file: without colour conversion and blending. A canvas keeps colours times alpha. Where it has only bytes
// for the product, those of partly transparent pixels are read through a texture.
const pixelsOf = async blob => {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { colorType: 'float16' });
  context.drawImage(bitmap, 0, 0);
  const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const isPartly = image.data.some((level, i) => i % 4 === 3 && level > 0 && level < 255);
  if (isPartly && context.getContextAttributes?.().colorType !== 'float16') readTexture(bitmap, image);
  return image;
};

// Rounded colours stay where a browser has no WebGL, or none for this size.
const readTexture = (bitmap, image) => {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl');
  if (!gl || Math.max(bitmap.width, bitmap.height) > gl.getParameter(gl.MAX_TEXTURE_SIZE)) return;
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE) {
    gl.readPixels(0, 0, bitmap.width, bitmap.height, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(image.data.buffer));
  }
  gl.getExtension('WEBGL_lose_context')?.loseContext();
};

// One picture at a time: of the pictures that arrive meanwhile only the latest is translated next.

// An example is shown at the beginning, unless the user comes first.

let session = null, input = null, running = null, again = false, opening = true;
const box = card();
entitle(box, model.name);

const changed = () => {
  if (!input || !session) return;
  again = true;
  running ??= translateAll().finally(() => { running = null; });
};

const setInput = (source, began = performance.now()) => {
  input = { source, began, isOpening: opening };
  changed();
};

// The example's result is no answer to the user's pictures.
const leaveExample = () => {
  opening = false;
  box.querySelector('a').hidden = true;
};

const translateAll = async () => {
  while (again) {
    again = false;
    const { source, began, isOpening } = input;
    if (!box.isConnected) $('results').append(box);
    box.classList.add('busy');
    await new Promise(requestAnimationFrame); // Let the browser paint before the network occupies the thread.
    try {
      const { image, map } = await source();
      const given = model.labels ? labelInput(map ? known(map) : classesOf(image)) : pictureInput(image);
      const results = await session.run({ [session.inputNames[0]]: given.tensor });
      let made = pictureOf(results[session.outputNames[0]], given, model.labels ? null : image);
      if (model.labels?.side) made = await pixelsOf(await scaledTo(made, image.width, image.height));
      if (!model.labels) made = withAlphaOf(image, made);
      if (isOpening && !opening) continue;
      await show(box, await blobOf(image), await blobOf(made), '', `${model.name}.png`);
      if (isOpening && !opening) leaveExample();
      const took = performance.now() - began;
      box.dataset.took = took.toFixed(1);
      box.querySelector('output').textContent = `${Math.round(took)} ms`;
      box.classList.remove('failed');
    } catch (problem) {
      empty(box, problem.message);
    }
  }
};

const scaledTo = (image, width, height) => {
  const canvas = new OffscreenCanvas(width, height), context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvasOf(image), 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/png' });
};

// Pictures of the user.

// How a picture differs from what the model knows, in sentences: as TrainedInputs.RemarksOn.
const remarksOn = (image, half, bitmap) => [
  ...(half ? [`The picture is a pair side by side, as the model has learnt from: its ${half} half is translated.`] : []),
  ...(model.labels?.numbers ? [] : model.palette && !suits(model, lookOf(bitmap), [])
    ? ['It is no label map in the colours that the model has learnt from, and what is made of it means little.']
    : isReduced(image) ? [`It is translated with ${model.long_side} pixels along its longer side, as the model asks, and scaled back.`]
    : !model.labels?.side && Math.max(image.width, image.height) >= 4 * model.side
      ? [`It has four times the ${model.side} pixels of the training or more, so that shapes may come out as texture; choose a smaller size.`]
      : []),
];

if (model.long_side) $('side').value = '0'; // The network's size is the model's, and the picture keeps its own.

// Whether a picture goes on through its middle as it does beside it: as PairLikeness.IsWhole.
const isWhole = bitmap => {
  const { width, height } = bitmap, half = Math.floor(width / 2), count = Math.min(9, half);
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const columns = first => Array.from({ length: count }, (_, x) => context.getImageData(first + x, 0, 1, height).data);
  const apart = (a, b) => a.reduce((sum, level, i) => sum + Math.abs(level - b[i]), 0) / (3 * 127.5 * height);
  const left = columns(half - count), right = columns(width - half);
  let beside = 0;
  for (let x = 1; x < count; x++) beside += (apart(left[x - 1], left[x]) + apart(right[x - 1], right[x])) / (2 * (count - 1));
  const middle = apart(left[count - 1], right[0]);
  return beside > 0.01 && middle > 0.6 * beside && middle < 1.6 * beside;
};

// Each picture, drawing and film that begins ends those before it, and what they still waited for: begin() returns a function that says
// whether nothing else has begun since.
let file = null, turn = 0;
const begin = (isExample = false) => {
  const mine = ++turn;
  if (!isExample) leaveExample();
  stopFilming();
  leaveDrawing();
  file = null;
  return () => turn === mine;
};

const take = async (picture, remark = '', isExample = false) => {
  if (isExample && !opening) return; // Something else was begun while the example was read.
  const isWanted = begin(isExample), name = picture.name ?? 'what was pasted';
  file = picture;
  try {
    picture = await picture;
    let bitmap = await createImageBitmap(picture), half = null, map = model.labels?.numbers ? await numbersOf(picture) : null;
    const most = +$('side').value;
    const { width, height } = bitmap; // As SideBySide.HalfOf: sides of scaled copies are rounded, and a column may be odd.
    const off = shape => Math.abs(width - shape * height), shapes = model.pairs?.shapes ?? [];
    if (shapes.some(shape => off(shape) < 0.02 * shape * height || (off(shape) <= 1 && width % 2 && width > 1))
      && !(shapes.length > 1 && isWhole(bitmap))) {
      half = model.pairs.half;
      map &&= croppedMap(map, half === 'left' ? 0 : map.width - Math.floor(map.width / 2), Math.floor(map.width / 2));
      picture = await halved(picture, half);
      bitmap = await createImageBitmap(picture);
    }
    const blob = !most || Math.max(bitmap.width, bitmap.height) <= most ? picture
      : await scaled(bitmap, bitmap.width, bitmap.height, most, !!model.palette);
    const image = await pixelsOf(blob);
    if (!isWanted()) return;
    if ($('shown').src) URL.revokeObjectURL($('shown').src);
    $('shown').src = URL.createObjectURL(blob);
    $('shown').hidden = false;
    say(isExample ? '' : [...(remark ? [remark] : []), ...remarksOn(image, half, bitmap)].join(' '));
    setInput(async () => ({ image, map: map && resizedMap(map, image.width, image.height) }));
  } catch {
    if (isWanted()) say(`${name}: is no picture that this browser can read`);
  }
};

hearPictures(take, say);
$('side').addEventListener('change', () => { if (file) take(file); });
const stopFilming = openCamera({
  begin,
  most: () => Math.min(+$('side').value || 512, 512),
  give: (frame, began) => { setInput(async () => ({ image: await pixelsOf(frame) }), began); return running; },
  say,
});

// Drawing, with the colours of the model's classes or with free colours.

let drawing = null;
const leaveDrawing = () => {
  $('translate').classList.remove('drawing');
  $('drawing').hidden = true;
  $('scaling').hidden = $('drop').hidden = $('examples').hidden = false;
  $('draw').setAttribute('aria-pressed', 'false');
};

const startDrawing = () => {
  begin();
  $('translate').classList.add('drawing');
  $('drawing').hidden = false;
  $('scaling').hidden = $('drop').hidden = $('examples').hidden = true;
  $('draw').setAttribute('aria-pressed', 'true');
  const drawn = () => setInput(async () => {
    const image = drawing.image();
    if (!model.labels) return { image };
    const ids = Int32Array.from(drawing.classes, k => k >= model.labels.classes ? 255 : k);
    return { image, map: { width: drawing.side, height: drawing.side, ids } };
  });
  if (!drawing) {
    drawing = new Drawing($('drawing'), model.side, model.palette ?? FREE_COLOURS, () => drawn());
    drawing.examples.append(...examples(image => drawing.load(image)));
  }
  drawn();
};

$('draw').addEventListener('click', () => {
  if ($('draw').getAttribute('aria-pressed') === 'true') leaveDrawing();
  else startDrawing();
});

// Buttons with the example inputs of the model.
const examples = act => model.examples.map((address, i) => {
  const button = Object.assign(document.createElement('button'), { type: 'button', ariaLabel: `start from example ${i + 1}` });
  const image = Object.assign(new Image(), { src: address, alt: '' });
  button.append(image);
  button.addEventListener('click', async () => { await image.decode(); act(image); });
  return button;
});

const takeExample = (image, isOpening) => take(scaled(image, image.naturalWidth, image.naturalHeight, 0), '', isOpening);
if (!model.labels) $('examples').append(...examples(image => takeExample(image)));

document.title = model.name;
$('title').textContent = model.name;
$('about').textContent = model.about;
try {
  session = await start();
  $('state').hidden = true;
  changed();
  const first = $('examples').querySelector('img');
  if (first && opening) first.decode().then(() => { if (opening) takeExample(first, true); });
} catch (problem) {
  $('state').hidden = true;
  say(location.protocol === 'file:'
    ? `This browser does not run the model out of a file (${problem.message ?? problem}). Serve the folder, for example with “python3 -m http.server”, and open http://localhost:8000.`
    : `The model can't be run here: ${problem.message ?? problem}`);
}
document.documentElement.dataset.ready = 'true';
