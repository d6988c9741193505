// The numbers of pixels in a PNG of gray levels or with a palette, as its file has them: a canvas shows colours, and only the upper eight bits
// of sixteen. { width, height, ids }; null for other files.
export const numbersOf = async file => {
  const bytes = new Uint8Array(await file.arrayBuffer()), view = new DataView(bytes.buffer);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504E47 || (bytes[25] !== 0 && bytes[25] !== 3)) return null;
  const [width, height, depth, scale] = [view.getUint32(16), view.getUint32(20), bytes[24], bytes[25] === 0 && bytes[24] < 8 ? 255 / (2 ** bytes[24] - 1) : 1];
  if (bytes[28]) throw new Error('interlaced');
  const packed = [];
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49444154) packed.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at))); // IDAT
  }
  const stream = new Blob(packed).stream().pipeThrough(new DecompressionStream('deflate'));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = Math.ceil(width * depth / 8), step = Math.ceil(depth / 8), ids = new Int32Array(width * height);
  let above = new Uint8Array(length);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (length + 1)], row = rows.subarray(y * (length + 1) + 1, (y + 1) * (length + 1));
    for (let i = 0; i < length; i++) {
      const a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
      row[i] += filter === 1 ? a : filter === 2 ? b : filter === 3 ? (a + b) >> 1 : filter === 4 ? paeth(a, b, c) : 0;
    }
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      ids[y * width + x] = depth === 16 ? row[2 * x] << 8 | row[2 * x + 1] : (row[bit >> 3] >> 8 - depth - (bit & 7) & 2 ** depth - 1) * scale;
    }
    above = row;
  }
  return { width, height, ids };
};

// Paeth's predictor: of left, above and the pixel between them the one that is nearest to left + above - between.
const paeth = (a, b, c) => {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};
