// Resizes pictures to the samples of ImageResizing: Pillow's bicubic filter in fixed point, rounded after each pass.

const FIXED_BITS = 22;

const cubic = distance => {
  const a = -0.5, x = Math.abs(distance);
  return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
};

// For each new pixel along one axis, the first old pixel that counts, and the weights from there on: as FilterWeights.
const weightsAlong = (from, to) => Array.from({ length: to }, (_, i) => {
  const ratio = from / to, stretch = Math.max(ratio, 1), shrink = 1 / stretch, support = 2 * stretch, center = (i + 0.5) * ratio;
  const first = Math.max(0, Math.trunc(center - support + 0.5)), count = Math.min(from, Math.trunc(center + support + 0.5)) - first;
  const exact = Array.from({ length: count }, (_, k) => cubic((k + first - center + 0.5) * shrink));
  const scale = 1 / exact.reduce((sum, weight) => sum + weight, 0);
  return { first, weights: exact.map(weight => Math.trunc(weight * scale * 2 ** FIXED_BITS + Math.sign(weight) / 2)) };
});

// Resizes the second of three axes.
// Floats stay floats.
const resizedAlong = (samples, outer, from, to, inner) => {
  const isFloat = samples instanceof Float32Array, made = new (isFloat ? Float32Array : Uint8ClampedArray)(outer * to * inner);
  weightsAlong(from, to).forEach(({ first, weights }, i) => {
    for (let o = 0; o < outer; o++) {
      const at = (o * from + first) * inner, put = (o * to + i) * inner;
      for (let n = 0; n < inner; n++) {
        let sum = isFloat ? 0 : 1 << (FIXED_BITS - 1);
        for (let k = 0; k < weights.length; k++) sum += samples[at + k * inner + n] * weights[k];
        made[put + n] = isFloat ? sum / 2 ** FIXED_BITS : sum >> FIXED_BITS;
      }
    }
  });
  return made;
};

// The samples [height, width, channels] of a picture in another size.
export const resized = (samples, width, height, channels, newWidth, newHeight) => {
  const rows = newWidth === width ? samples : resizedAlong(samples, height, width, newWidth, channels);
  return newHeight === height ? rows : resizedAlong(rows, 1, height, newHeight, newWidth * channels);
};
