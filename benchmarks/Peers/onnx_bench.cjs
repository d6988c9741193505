// Times a model in ONNX Runtime on the processor; prints one JSON line.
// node onnx_bench.cjs MODEL.onnx SIZE THREADS STEPS WARMUP SECONDS [INPUT.f32 EXPECTED.f32]
// With the last two, the difference of the output from the expected one is reported, as a check that all do the same work.
'use strict';
const fs = require('node:fs');
const ort = require('onnxruntime-node');

const [model, ...numbers] = process.argv.slice(2, 8);
const [size, threads, steps, warmup, seconds] = numbers.map(Number);
const [inputFile, expectedFile] = process.argv.slice(8);

function floats(file) {
  const bytes = fs.readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

// Peak resident memory in 10^6 bytes. Not maxRSS on Linux, which starts with the memory of the parent process.
function peakMb() {
  const status = fs.existsSync('/proc/self/status') ? fs.readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/) : null;
  return Number(((status ? Number(status[1]) : process.resourceUsage().maxRSS) * 1024 / 1e6).toFixed(1));
}

async function main() {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential',
    graphOptimizationLevel: 'all', freeDimensionOverrides: { batch: 1, height: size, width: size },
  });
  const data = inputFile ? floats(inputFile) : Float32Array.from({ length: 3 * size * size }, () => Math.random() * 2 - 1);
  const feed = { [session.inputNames[0]]: new ort.Tensor('float32', data, [1, 3, size, size]) };
  const times = [];
  let output;
  async function repeat(least, took) {
    const began = process.hrtime.bigint();
    for (let i = 0; i < least || (least > 0 && Number(process.hrtime.bigint() - began) / 1e9 < seconds); i++) {
      const start = process.hrtime.bigint();
      output = (await session.run(feed))[session.outputNames[0]].data;
      took(Number(process.hrtime.bigint() - start) / 1e9);
    }
  }
  await repeat(warmup, () => {});
  await repeat(steps, time => times.push(time));
  let difference = null;
  if (expectedFile) {
    difference = floats(expectedFile).reduce((most, value, i) => Math.max(most, Math.abs(value - output[i])), 0);
  }
  console.log(JSON.stringify({
    times_s: times.map(t => Number(t.toFixed(5))), peak_rss_mb: peakMb(),
    difference, version: require('onnxruntime-node/package.json').version, node: process.version,
  }));
}

main().catch(error => { console.error(error.message); process.exit(1); });
