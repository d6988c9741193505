import { rgbOf } from './drawing.js';

// Whether a model can use a picture: a photograph is no map of flat colours, and the other way round. Judged by a copy of 128² pixels.

const SIDE = 128;
const NEAR = 24; // levels: a map that was stored as JPEG is still near its colours
const SPREAD = 24; // levels of a channel around a pixel that is in no edge
const FEW = 12; // colours that make up a flat picture
const BINS = 4; // bits of a channel by which colours are told apart

// The pixels of a picture, or of a video's frame, as red, green, blue and opacity.
export const lookOf = image => {
  const canvas = new OffscreenCanvas(SIDE, SIDE), context = canvas.getContext('2d');
  context.imageSmoothingEnabled = false; // Mixtures of colours are of neither.
  context.drawImage(image, 0, 0, SIDE, SIDE);
  return context.getImageData(0, 0, SIDE, SIDE).data;
};

// Whether few colours make up most of a picture, or of some of its columns.
export const isFlat = (look, [from, to] = [0, SIDE]) => {
  const counts = new Map();
  for (let i = 0; i < look.length; i += 4) {
    const column = (i / 4) % SIDE;
    if (column < from || column >= to) continue;
    const bin = (look[i] >> BINS << 8) | (look[i + 1] >> BINS << 4) | look[i + 2] >> BINS;
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, FEW);
  return most.reduce((sum, count) => sum + count, 0) >= 0.9 * (to - from) * SIDE;
};

// Whether some columns hold a label map in some colours: their flat areas have them. As LabelPalette.Fits: edges mix colours, and the flat
// areas of photographs have others.
const fits = (look, colours, [from, to]) => {
  let flat = 0, near = 0;
  for (let y = 1; y < SIDE - 1; y++) {
    for (let x = from + 1; x < to - 1; x++) {
      const at = 4 * (y * SIDE + x);
      if (!isLevel(look, at)) continue;
      flat++;
      if (colours.some(c => (look[at] - c[0]) ** 2 + (look[at + 1] - c[1]) ** 2 + (look[at + 2] - c[2]) ** 2 < NEAR ** 2)) near++;
    }
  }
  return flat >= 0.02 * (to - from) * SIDE && (near >= 0.85 * flat || (near >= 0.25 * flat && isFlat(look, [from, to])));
};

// Whether the pixels around one differ little.
const isLevel = (look, at) => {
  for (let c = 0; c < 3; c++) {
    let least = 255, most = 0;
    for (let dy = -4 * SIDE; dy <= 4 * SIDE; dy += 4 * SIDE) {
      for (let d = dy - 4; d <= dy + 4; d += 4) {
        const level = look[at + d + c];
        if (level < least) least = level;
        if (level > most) most = level;
      }
    }
    if (most - least > SPREAD) return false;
  }
  return true;
};

// Whether the levels of a gray picture are class numbers, of so many classes; 255 is the number of what is unknown.
export const isNumbers = (look, classes) => {
  for (let i = 0; i < look.length; i += 4) {
    if (look[i] !== look[i + 1] || look[i] !== look[i + 2] || (look[i] >= classes && look[i] !== 255)) return false;
  }
  return true;
};

// Whether a model can use a picture of this look. Of a pair one half is used, so one that suits is enough. Without a palette the examples
// decide: where all of them are photographs, a flat map is none.
export const suits = (model, look, examples) => {
  if (!model.palette) return !isFlat(look) || !examples.length || examples.some(e => isFlat(e));
  if (model.reads_numbers && isNumbers(look, model.palette.length)) return true;
  const colours = rgbOf(model.palette);
  return [[0, SIDE], [0, SIDE / 2], [SIDE / 2, SIDE]].some(part => fits(look, colours, part));
};
