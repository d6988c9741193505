"""Times training steps and generators in PyTorch on a GPU; prints one JSON line for each combination.

python3 torch_gpu.py --workload pix2pix,cyclegan,unet256,resnet9 --mode eager,fused,graph,graph-fused,compile,compile-graph-fused
    --precision fp32,tf32,bf16 --layout nchw,nhwc --batch 1
Other families train their small preset, with its batch; generators also run in fp16, and in modes called max after a search for the fastest kernels.
Lies beside torch_bench.py, which has the work itself. In the modes called fused, Adam updates all weights in one kernel; in those called graph
a step is captured once as a CUDA graph and launched as one.
"""
import argparse
import gc
import json
import random
import statistics
import sys
import time

import torch

import torch_bench


class Settings:
    """The settings that the steps of torch_bench.py expect."""

    def __init__(self, device, precision, mode):
        self.device, self.bf16, self.as_graph, self.fused = device, precision == "bf16", "graph" in mode, "fused" in mode

    def adam(self, *networks, lr=2e-4, betas=(0.5, 0.999), weight_decay=0):
        kind = {"fused": True} if self.fused else {}
        return torch.optim.Adam([p for n in networks for p in n.parameters()], lr=lr, betas=betas, weight_decay=weight_decay,
                                capturable=self.as_graph, **kind)

    def autocast(self):
        # Autocast's cache of converted weights must not outlive the step in which it was captured.
        return torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=self.bf16, cache_enabled=not self.as_graph)


def captured(step, inputs):
    """The step as one CUDA graph on these inputs; the capture freezes the pools' choices."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step(*inputs)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        losses = step(*inputs)

    def replay(*_):
        graph.replay()
        return losses

    return replay


def compiled(work, mode):
    """Every network of the work, compiled; the optimisers keep the weights, which are the same."""
    settings = {"mode": "max-autotune-no-cudagraphs"} if "max" in mode else {}
    for name, value in list(vars(work).items()):
        if isinstance(value, torch.nn.Module):
            setattr(work, name, torch.compile(value, **settings))


def placed(x, given, precision, order):
    """An input on the device; a picture also in the layout and as often as asked. Other families' inputs have the batch of their preset."""
    if x.dim() == 4:
        x = (x.expand(given.batch, -1, -1, -1) if given.batch > 1 else x).contiguous(memory_format=order)
    return x.to(given.device, torch.half if precision == "fp16" and x.is_floating_point() else x.dtype)


def measured(given, name, precision, mode, layout):
    on_card = given.device.startswith("cuda")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "fp32"
    torch.manual_seed(1)
    random.seed(1)
    work = torch_bench.workload(name, given.size, Settings(given.device, precision, mode))
    order = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    for network in work.networks:
        network.to(device=given.device, memory_format=order)
        if precision == "fp16":
            network.half()
    inputs = [placed(x, given, precision, order) for x in work.inputs]
    work.start()

    def finish():
        if on_card:
            torch.cuda.synchronize()

    begun = time.perf_counter()
    flops = torch_bench.Flops(work.networks)
    work.step(*inputs)
    flops.stop()
    if "compile" in mode:
        compiled(work, mode)
        for _ in range(2):
            work.step(*inputs)
    run = captured(work.step, inputs) if "graph" in mode else work.step
    finish()
    ready = time.perf_counter() - begun
    end = time.perf_counter() + given.seconds / 2
    while time.perf_counter() < end:
        run(*inputs)
        finish()

    times = []
    end = time.perf_counter() + given.seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        losses = run(*inputs)
        finish()
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    for _ in times:
        run(*inputs)
    finish()
    unwaited = (time.perf_counter() - start) / len(times)
    if not all(abs(loss.item()) < 1e6 for loss in losses):
        raise ValueError("the losses are no numbers: %s" % (losses,))
    median, gflop = statistics.median(times), flops.total / 1e9
    return {
        "min_s": min(times), "median_s": median, "mean_unwaited_s": unwaited, "ready_s": round(ready, 1), "steps": len(times),
        "gflop_per_step": round(gflop, 3), "gflops": round(gflop / median, 2),
        "peak_device_mb": torch.cuda.max_memory_allocated() / 1e6 if on_card else None}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--workload", required=True)
    options.add_argument("--mode", default="eager")
    options.add_argument("--precision", default="fp32")
    options.add_argument("--layout", default="nchw")
    options.add_argument("--device", default="cuda")
    options.add_argument("--seconds", type=float, default=1, help="least duration of the timed steps")
    for name, value in (("size", 256), ("batch", 1)):
        options.add_argument("--" + name, type=int, default=value)
    given = options.parse_args()
    on_card = given.device.startswith("cuda")
    if on_card and not torch.cuda.is_available():
        sys.exit("PyTorch %s finds no CUDA device" % torch.__version__)

    # The fastest convolution algorithm for each shape.
    torch.backends.cudnn.benchmark = True
    failed = False
    for name in given.workload.split(","):
        for precision in given.precision.split(","):
            for layout in given.layout.split(","):
                for mode in given.mode.split(","):
                    line = {"workload": name, "size": given.size, "batch": given.batch, "mode": mode, "precision": precision, "layout": layout}
                    try:
                        line.update(measured(given, name, precision, mode, layout))
                    except Exception as exception:  # A mode that PyTorch refuses does not affect the others.
                        line["error"] = "%s: %s" % (type(exception).__name__, exception)
                        failed = True
                    line.update({
                        "device": torch.cuda.get_device_name() if on_card else given.device, "version": torch.__version__,
                        "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()})
                    print(json.dumps(line), flush=True)
                    gc.collect()
                    if on_card:
                        torch.cuda.empty_cache()
                        torch.cuda.reset_peak_memory_stats()
    sys.exit(failed)


if __name__ == "__main__":
    main()
