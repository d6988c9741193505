// Whether a model can use a picture: a photograph is no map of flat colours, and the other way round. Judged by a few thousand pixels.

const SIDE = 64;
const NEAR = 40; // levels of a channel: a map that was stored as JPEG is still near its colours
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

// Share of the pixels of some columns that are near one of the colours.
const shareNear = (look, colours, [from, to]) => {
  let near = 0;
  for (let i = 0; i < look.length; i += 4) {
    const column = (i / 4) % SIDE;
    if (column < from || column >= to) continue;
    if (colours.some(c => Math.abs(look[i] - c[0]) <= NEAR && Math.abs(look[i + 1] - c[1]) <= NEAR && Math.abs(look[i + 2] - c[2]) <= NEAR)) near++;
  }
  return near / ((to - from) * SIDE);
};

// Whether a model can use a picture of this look. Of a pair one half is used, so one that suits is enough. Without a palette the examples
// decide: where all of them are photographs, a flat map is none.
export const suits = (model, look, examples) => {
  if (!model.palette) return !isFlat(look) || !examples.length || examples.some(e => isFlat(e));
  const colours = model.palette.map(c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16)));
  return [[0, SIDE], [0, SIDE / 2], [SIDE / 2, SIDE]].some(part => shareNear(look, colours, part) >= (isFlat(look, part) ? 0.25 : 0.6));
};
