// Encodes a PNG with a palette: it can be read by colours, or by indices, which are the classes. The data are stored, not compressed, which
// is faster than the browser's own encoder.

const MOST_STORED = 65535;

const checks = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ 0xEDB88320 : value >>> 1;
  return value;
});

const chunk = (name, data) => {
  const bytes = new Uint8Array(12 + data.length), view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(data, 8);
  let check = -1;
  for (let i = 4; i < 8 + data.length; i++) check = checks[(check ^ bytes[i]) & 255] ^ check >>> 8;
  view.setUint32(8 + data.length, ~check);
  return bytes;
};

// The zlib format with stored blocks.
const stored = data => {
  const blocks = Math.ceil(data.length / MOST_STORED), bytes = new Uint8Array(2 + 5 * blocks + data.length + 4), view = new DataView(bytes.buffer);
  bytes.set([0x78, 0x01]);
  for (let block = 0, to = 2; block < blocks; block++) {
    const part = data.subarray(block * MOST_STORED, (block + 1) * MOST_STORED);
    bytes[to] = block === blocks - 1 ? 1 : 0;
    view.setUint16(to + 1, part.length, true);
    view.setUint16(to + 3, ~part.length, true);
    bytes.set(part, to + 5);
    to += 5 + part.length;
  }
  let a = 1, b = 0;
  for (const value of data) {
    a = (a + value) % 65521;
    b = (b + a) % 65521;
  }
  view.setUint32(bytes.length - 4, b * 65536 + a);
  return bytes;
};

// classes: one per pixel, row by row; colours: [red, green, blue] of each class.
export const png = (width, height, classes, colours) => {
  const header = new Uint8Array(13), view = new DataView(header.buffer), rows = new Uint8Array(height * (width + 1));
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 3], 8); // 8 bits, palette.
  for (let y = 0; y < height; y++) rows.set(classes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const parts = [chunk('IHDR', header), chunk('PLTE', Uint8Array.from(colours.flat())), chunk('IDAT', stored(rows)), chunk('IEND', [])];
  return new Blob([Uint8Array.of(0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A), ...parts], { type: 'image/png' });
};
