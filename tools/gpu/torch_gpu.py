"""Times pix2pix and CycleGAN training steps and generators in PyTorch on a GPU; prints one JSON line.

python3 torch_gpu.py --workload pix2pix|cyclegan|unet256|resnet9 --mode eager|fused|graph|graph-fused|compile --precision fp32|tf32|bf16 --batch 1
Lies beside torch_bench.py and networks.py, which have the work itself. In the modes called fused, Adam updates all weights in one kernel.
"""
import argparse
import json
import random
import statistics
import sys
import time

import torch

import torch_bench


def optimizers(work):
    return [value for value in vars(work).values() if isinstance(value, torch.optim.Optimizer)]


def captured(step, a, b):
    """The step as one CUDA graph on these inputs; which pictures a pool gives back is settled at the capture."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step(a, b)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        losses = step(a, b)

    def replay(_, __):
        graph.replay()
        return losses

    return replay


def compiled(work):
    for name, value in list(vars(work).items()):
        if isinstance(value, torch.nn.Module):
            setattr(work, name, torch.compile(value))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--workload", choices=("pix2pix", "cyclegan", "unet256", "resnet9"), required=True)
    options.add_argument("--mode", choices=("eager", "fused", "graph", "graph-fused", "compile"), default="eager")
    options.add_argument("--precision", choices=("fp32", "tf32", "bf16"), default="fp32")
    options.add_argument("--device", default="cuda")
    for name, value in (("size", 256), ("batch", 1), ("steps", 20), ("warmup", 5)):
        options.add_argument("--" + name, type=int, default=value)
    given = options.parse_args()
    on_card = given.device.startswith("cuda")
    as_graph, fused = given.mode.startswith("graph"), given.mode.endswith("fused")
    if on_card and not torch.cuda.is_available():
        sys.exit("PyTorch %s finds no CUDA device" % torch.__version__)
    if given.mode == "compile" and not hasattr(torch, "compile"):
        sys.exit("PyTorch %s has no torch.compile" % torch.__version__)
    if (as_graph or fused) and not on_card:
        sys.exit("only CUDA devices have graphs and one kernel for Adam")

    # PyTorch at its best: the fastest convolution algorithm for the shape, and channels last where tensor cores like it.
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = given.precision != "fp32"
    layout = torch.contiguous_format if given.precision == "fp32" else torch.channels_last
    torch.manual_seed(1)
    random.seed(1)
    work = torch_bench.workload(given.workload, given.size)
    for network in work.networks:
        network.to(device=given.device, memory_format=layout)
    a, b = (torch.empty(given.batch, 3, given.size, given.size).uniform_(-1, 1).to(given.device, memory_format=layout) for _ in range(2))
    for optimizer in optimizers(work):
        for group in optimizer.param_groups:
            group["capturable"] = as_graph
            if fused:
                group["fused"], group["foreach"] = True, False

    def step(a, b):
        # A cache of converted weights must not outlive the step that it was captured in.
        with torch.autocast(given.device.split(":")[0], torch.bfloat16, enabled=given.precision == "bf16", cache_enabled=not as_graph):
            return work.step(a, b)

    def finish():
        if on_card:
            torch.cuda.synchronize()

    flops = torch_bench.Flops(work.networks)
    step(a, b)
    flops.stop()
    if given.mode == "compile":
        compiled(work)
    run = captured(step, a, b) if as_graph else step
    for _ in range(max(given.warmup, 1)):
        run(a, b)
    finish()

    times = []
    for _ in range(given.steps):
        start = time.perf_counter()
        losses = run(a, b)
        finish()
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    for _ in range(given.steps):
        run(a, b)
    finish()
    unwaited = (time.perf_counter() - start) / given.steps
    if not all(abs(loss.item()) < 1e6 for loss in losses):
        sys.exit("the losses are no numbers: %s" % (losses,))
    median, gflop = statistics.median(times), flops.total / 1e9
    print(json.dumps({
        "workload": given.workload, "size": given.size, "batch": given.batch, "mode": given.mode, "precision": given.precision,
        "device": torch.cuda.get_device_name() if on_card else given.device, "version": torch.__version__, "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(), "channels_last": layout is torch.channels_last, "steps": given.steps,
        "min_s": min(times), "median_s": median, "mean_unwaited_s": unwaited, "gflop_per_step": round(gflop, 3),
        "gflops": round(gflop / median, 2), "peak_device_mb": torch.cuda.max_memory_allocated() / 1e6 if on_card else None, "times_s": times}))


if __name__ == "__main__":
    main()
