"""Times a model in ONNX Runtime on the processor; prints one JSON line.

python3 onnx_bench.py MODEL.onnx SIZE THREADS STEPS WARMUP SECONDS PROVIDER [INPUT.f32 EXPECTED.f32]
PROVIDER is CPUExecutionProvider or DnnlExecutionProvider. With the last two, the output must be the one expected: then all have done the same work.
"""
import json
import sys
import time

import numpy
import onnxruntime

from repeats import repeats


def peak_mb():
    """Peak resident memory in 10^6 bytes. Not ru_maxrss, which starts with the memory of the parent process."""
    with open("/proc/self/status") as status:
        return round(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e6, 1)


def main():
    model, provider, example = sys.argv[1], sys.argv[7], sys.argv[8:]
    size, threads, steps, warmup = (int(text) for text in sys.argv[2:6])
    seconds = float(sys.argv[6])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    for name, value in (("batch", 1), ("height", size), ("width", size)):
        options.add_free_dimension_override_by_name(name, value)
    session = onnxruntime.InferenceSession(model, options, providers=list(dict.fromkeys([provider, "CPUExecutionProvider"])))
    shape = (1, 3, size, size)
    x = numpy.fromfile(example[0], numpy.float32).reshape(shape) if example else numpy.random.uniform(-1, 1, shape).astype(numpy.float32)
    feed = {session.get_inputs()[0].name: x}
    times = []
    for _, is_timed in repeats(steps, warmup, seconds):
        start = time.perf_counter()
        output = session.run(None, feed)[0]
        if is_timed:
            times.append(time.perf_counter() - start)
    difference = float(numpy.abs(output.ravel() - numpy.fromfile(example[1], numpy.float32)).max()) if example else None
    print(json.dumps({
        "times_s": [round(t, 6) for t in times], "peak_rss_mb": peak_mb(), "difference": difference, "provider": session.get_providers()[0],
        "version": onnxruntime.__version__, "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
