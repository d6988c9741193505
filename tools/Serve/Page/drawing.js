// A canvas for maps of flat colours. Pixels are classes, not colours, so edges are never blended.

const MOST_UNDO = 60;

// Words for colours that have no names.
const WORDS = {
  black: [0, 0, 0], grey: [128, 128, 128], white: [255, 255, 255], red: [230, 0, 0], 'dark red': [140, 0, 0], orange: [255, 140, 0], brown: [130, 80, 40],
  yellow: [255, 230, 0], 'light green': [150, 240, 120], green: [0, 170, 0], 'dark green': [0, 90, 0], turquoise: [0, 220, 200], 'light blue': [120, 180, 255],
  blue: [0, 60, 255], 'dark blue': [0, 0, 140], violet: [125, 40, 185], pink: [255, 120, 200], beige: [240, 210, 170],
};

const wordFor = rgb => {
  const far = ([, c]) => c.reduce((sum, v, i) => sum + (v - rgb[i]) ** 2, 0);
  return Object.entries(WORDS).reduce((best, word) => (far(word) < far(best) ? word : best))[0];
};

// [red, green, blue] of each '#rrggbb'.
export const rgbOf = colours => colours.map(c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));

// For each pixel (red, green, blue and opacity) the class whose colour is nearest.
export const nearest = (pixels, rgb) => {
  const classes = new Uint8Array(pixels.length / 4);
  for (let i = 0; i < classes.length; i++) {
    let best = Infinity;
    rgb.forEach((c, k) => {
      const d = (pixels[4 * i] - c[0]) ** 2 + (pixels[4 * i + 1] - c[1]) ** 2 + (pixels[4 * i + 2] - c[2]) ** 2;
      if (d < best) [best, classes[i]] = [d, k];
    });
  }
  return classes;
};

export class Drawing {
  // colours: '#rrggbb' of each class; changed: called after each change; names: of the classes, if they are known
  constructor(place, side, colours, changed, names) {
    Object.assign(this, { side, colours, changed, names, tool: 'brush', colour: colours.length > 1 ? 1 : 0 });
    Object.assign(this, { size: Math.max(2, Math.round(side / 16)), undone: [], done: [], from: null });
    this.classes = new Uint8Array(side * side);
    this.cursor = { x: side >> 1, y: side >> 1, shown: false, corner: null };
    this.rgb = rgbOf(colours);
    this.build(place);
    this.paint();
    addEventListener('beforeunload', e => { if (this.isBegun) e.preventDefault(); });
  }

  build(place) {
    place.innerHTML = '<canvas tabindex="0"></canvas><div class="palette" role="radiogroup" aria-label="colour"></div><div class="row tools"></div>'
      + '<label class="slide"><span>Size of the brush</span><input type="range" min="1"></label><p class="dim">With keys: arrows move, Space paints, 1–9 choose a colour, b r f a tool, Ctrl+Z undoes.</p><div class="examples"></div>';
    this.canvas = place.querySelector('canvas');
    this.canvas.width = this.canvas.height = this.side;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute('aria-label', 'drawing; arrows move, Space paints');
    this.context = this.canvas.getContext('2d');
    this.palette = place.querySelector('.palette');
    this.colours.forEach((colour, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('role', 'radio');
      const name = this.names?.[i] ?? wordFor(this.rgb[i]), chip = document.createElement('i');
      button.setAttribute('aria-label', `${name}, ${colour}`);
      chip.style.background = colour;
      button.append(chip, name);
      button.addEventListener('click', () => this.take(i));
      this.palette.append(button);
    });
    this.tools = place.querySelector('.tools');
    for (const tool of ['brush', 'rectangle', 'fill']) this.button(tool, () => this.use(tool)).dataset.tool = tool;
    this.button('undo', () => this.undo());
    this.button('redo', () => this.redo());
    this.button('clear', () => this.change(() => this.classes.fill(this.colour)));
    this.button('save', () => this.save());
    const size = place.querySelector('input');
    size.max = this.side >> 1;
    size.value = this.size;
    size.addEventListener('input', () => { this.size = +size.value; });
    this.examples = place.querySelector('.examples');
    this.take(this.colour);
    this.use('brush');
    this.listen();
  }

  button(text, act) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text[0].toUpperCase() + text.slice(1);
    button.addEventListener('click', act);
    this.tools.append(button);
    return button;
  }

  take(i) {
    this.colour = i;
    [...this.palette.children].forEach((b, k) => { b.setAttribute('aria-checked', k === i); b.tabIndex = k === i ? 0 : -1; });
  }

  use(tool) {
    this.tool = tool;
    this.cursor.corner = null;
    this.tools.querySelectorAll('[data-tool]').forEach(b => b.setAttribute('aria-pressed', b.dataset.tool === tool));
  }

  listen() {
    const at = e => {
      const box = this.canvas.getBoundingClientRect();
      const clamp = v => Math.min(this.side - 1, Math.max(0, Math.floor(v * this.side)));
      return { x: clamp((e.clientX - box.left) / box.width), y: clamp((e.clientY - box.top) / box.height) };
    };
    let last = null;
    this.canvas.addEventListener('pointerdown', e => {
      if (e.button !== 0) return;
      e.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(e.pointerId);
      this.cursor.shown = false;
      this.remember();
      const from = last = at(e);
      if (this.tool === 'fill') { this.flood(from.x, from.y); this.ended(); return; }
      this.from = from;
      if (this.tool === 'brush') { this.line(from, from); this.ended(); }
    });
    this.canvas.addEventListener('pointermove', e => {
      if (!this.from) return;
      const now = at(e);
      if (this.tool === 'brush') { this.line(last, now); last = now; }
      else { this.classes.set(this.done[this.done.length - 1]); this.rectangle(this.from, now); }
      this.ended();
    });
    for (const end of ['pointerup', 'pointercancel']) this.canvas.addEventListener(end, () => { this.from = null; });
    this.canvas.addEventListener('keydown', e => this.key(e));
    this.canvas.addEventListener('blur', () => { this.cursor.shown = false; this.paint(); });
    this.palette.addEventListener('keydown', e => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (!step) return;
      e.preventDefault();
      this.take((this.colour + step + this.colours.length) % this.colours.length);
      this.palette.children[this.colour].focus();
    });
  }

  key(e) {
    const c = this.cursor, step = e.shiftKey ? 1 : Math.max(1, this.size >> 1);
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key] ?? [0, 0];
    const clamp = v => Math.min(this.side - 1, Math.max(0, v));
    if (dx || dy) { Object.assign(c, { x: clamp(c.x + dx), y: clamp(c.y + dy), shown: true }); this.paint(); }
    else if (e.key === ' ') this.stamp();
    else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z') { if (e.shiftKey) this.redo(); else this.undo(); }
    else if (e.key >= '1' && e.key <= '9' && +e.key <= this.colours.length) this.take(+e.key - 1);
    else if ('brf'.includes(e.key) && !e.ctrlKey && !e.metaKey) this.use({ b: 'brush', r: 'rectangle', f: 'fill' }[e.key]);
    else return;
    e.preventDefault();
  }

  stamp() {
    const { x, y, corner } = this.cursor;
    this.cursor.shown = true;
    if (this.tool === 'rectangle' && !corner) { this.cursor.corner = { x, y }; return; }
    this.change(() => {
      if (this.tool === 'fill') this.flood(x, y);
      else if (this.tool === 'rectangle') this.rectangle(corner, { x, y });
      else this.line({ x, y }, { x, y });
    });
    this.cursor.corner = null;
  }

  line(a, b) {
    const steps = Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y), 1), r = this.size / 2;
    for (let i = 0; i <= steps; i++) {
      const cx = a.x + (b.x - a.x) * i / steps, cy = a.y + (b.y - a.y) * i / steps;
      for (let y = Math.max(0, Math.ceil(cy - r)); y <= Math.min(this.side - 1, cy + r); y++) {
        const half = Math.sqrt(Math.max(0, r * r - (y - cy) ** 2));
        const left = Math.max(0, Math.ceil(cx - half)), right = Math.min(this.side - 1, Math.floor(cx + half));
        if (right >= left) this.classes.fill(this.colour, y * this.side + left, y * this.side + right + 1);
      }
    }
  }

  rectangle(a, b) {
    const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    for (let y = Math.min(a.y, b.y); y <= Math.max(a.y, b.y); y++) this.classes.fill(this.colour, y * this.side + left, y * this.side + right + 1);
  }

  flood(x, y) {
    const old = this.classes[y * this.side + x], todo = [y * this.side + x];
    if (old === this.colour) return;
    while (todo.length) {
      const i = todo.pop();
      if (this.classes[i] !== old) continue;
      this.classes[i] = this.colour;
      const column = i % this.side;
      if (column > 0) todo.push(i - 1);
      if (column < this.side - 1) todo.push(i + 1);
      if (i >= this.side) todo.push(i - this.side);
      if (i < this.classes.length - this.side) todo.push(i + this.side);
    }
  }

  change(act) { this.remember(); act(); this.ended(); }

  // Whether something was drawn, even if it is undone.
  get isBegun() { return this.done.length + this.undone.length > 0; }

  // What is being drawn by the pointer ends where anything else changes the map.
  remember() {
    this.from = null;
    this.done.push(this.classes.slice());
    if (this.done.length > MOST_UNDO) this.done.shift();
    this.undone = [];
  }

  undo() { this.step(this.done, this.undone); }

  redo() { this.step(this.undone, this.done); }

  step(from, to) {
    if (!from.length) return;
    this.from = null;
    to.push(this.classes.slice());
    this.classes.set(from.pop());
    this.ended();
  }

  ended() { this.paint(); this.changed(); }

  // Begins with a picture: there is nothing to undo yet.
  begin(image) {
    this.load(image);
    this.done = [];
  }

  // Loads a picture; each pixel becomes the class with the nearest colour.
  load(image) {
    const canvas = new OffscreenCanvas(this.side, this.side), context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(image, 0, 0, this.side, this.side);
    const pixels = context.getImageData(0, 0, this.side, this.side).data;
    this.change(() => this.classes.set(nearest(pixels, this.rgb)));
  }

  // Offers the map as a file, in its colours.
  save() {
    const canvas = Object.assign(document.createElement('canvas'), { width: this.side, height: this.side });
    canvas.getContext('2d').putImageData(this.image(), 0, 0);
    Object.assign(document.createElement('a'), { href: canvas.toDataURL(), download: 'drawing.png' }).click();
  }

  // The map as an image; writes the four bytes of a pixel at once.
  image() {
    const image = new ImageData(this.side, this.side), pixels = new Uint32Array(image.data.buffer);
    const four = this.rgb.map(c => new Uint32Array(Uint8Array.of(...c, 255).buffer)[0]);
    for (let i = 0; i < pixels.length; i++) pixels[i] = four[this.classes[i]];
    return image;
  }

  paint() {
    this.context.putImageData(this.image(), 0, 0);
    if (!this.cursor.shown) return;
    const r = Math.max(1, this.size / 2);
    this.context.strokeStyle = '#888';
    this.context.strokeRect(this.cursor.x - r, this.cursor.y - r, 2 * r, 2 * r);
  }
}
