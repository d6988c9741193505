"""Times pix2pix and CycleGAN training steps and generators in PyTorch on the processor; prints one JSON line.

python3 torch_bench.py --workload pix2pix|cyclegan|unet256|resnet9 --size 256 --threads 2 --steps 5 --warmup 2
"""
import argparse
import json
import os
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from networks import PatchGan, ResNet, UNet, generator, initialized


def adam(*networks):
    return torch.optim.Adam([p for n in networks for p in n.parameters()], lr=2e-4, betas=(0.5, 0.999))


def trainable(on, *networks):
    for network in networks:
        network.requires_grad_(on)


def judged(scores, real, loss):
    return loss(scores, torch.full_like(scores, 1.0 if real else 0.0))


class Pix2Pix:
    """One generator forward; the discriminator learns from (A, fake) and (A, B), then the generator from it and from L1."""

    def __init__(self):
        self.g, self.d = initialized(UNet()), initialized(PatchGan(6, batch_norm=True))
        self.networks = [self.g, self.d]
        self.adam_g, self.adam_d = adam(self.g), adam(self.d)

    def step(self, a, b):
        bce = F.binary_cross_entropy_with_logits
        fake = self.g(a)
        trainable(True, self.d)
        self.adam_d.zero_grad(set_to_none=True)
        loss_d = (judged(self.d(torch.cat((a, fake.detach()), 1)), False, bce)
                  + judged(self.d(torch.cat((a, b), 1)), True, bce)) * 0.5
        loss_d.backward()
        self.adam_d.step()
        trainable(False, self.d)
        self.adam_g.zero_grad(set_to_none=True)
        loss_g = judged(self.d(torch.cat((a, fake), 1)), True, bce) + 100 * F.l1_loss(fake, b)
        loss_g.backward()
        self.adam_g.step()
        return loss_g, loss_d


class Pool:
    """Fifty earlier pictures; half of the time one of them stands in for the new one."""

    def __init__(self):
        self.pictures = []

    def query(self, picture):
        if len(self.pictures) < 50:
            self.pictures.append(picture.clone())
        elif random.random() < 0.5:
            i = random.randrange(50)
            picture, self.pictures[i] = self.pictures[i], picture.clone()
        return picture


class CycleGan:
    """Both ways, both cycles, both identities; then both discriminators on pictures from their pools."""

    def __init__(self, blocks):
        self.ga, self.gb = initialized(ResNet(blocks)), initialized(ResNet(blocks))
        self.da, self.db = (initialized(PatchGan(3, batch_norm=False)) for _ in range(2))
        self.networks = [self.ga, self.gb, self.da, self.db]
        self.adam_g, self.adam_d = adam(self.ga, self.gb), adam(self.da, self.db)
        self.pool_a, self.pool_b = Pool(), Pool()

    def step(self, a, b):
        mse = F.mse_loss
        trainable(False, self.da, self.db)
        self.adam_g.zero_grad(set_to_none=True)
        fake_b, fake_a = self.ga(a), self.gb(b)
        loss_g = (judged(self.da(fake_b), True, mse) + judged(self.db(fake_a), True, mse)
                  + 10 * F.l1_loss(self.gb(fake_b), a) + 10 * F.l1_loss(self.ga(fake_a), b)
                  + 5 * F.l1_loss(self.ga(b), b) + 5 * F.l1_loss(self.gb(a), a))
        loss_g.backward()
        self.adam_g.step()
        trainable(True, self.da, self.db)
        self.adam_d.zero_grad(set_to_none=True)
        losses = []
        for d, real, fake in ((self.da, b, self.pool_b.query(fake_b.detach())), (self.db, a, self.pool_a.query(fake_a.detach()))):
            loss = (judged(d(real), True, mse) + judged(d(fake), False, mse)) * 0.5
            loss.backward()
            losses.append(loss)
        self.adam_d.step()
        return (loss_g, *losses)


class Inference:
    def __init__(self, name):
        self.g = initialized(generator(name)).eval()
        self.networks = [self.g]

    def step(self, a, _):
        with torch.no_grad():
            return (self.g(a).mean(),)


def workload(name, size):
    return (Pix2Pix() if name == "pix2pix"
            else CycleGan(9 if size >= 256 else 6) if name == "cyclegan"
            else Inference(name))


class Flops:
    """Counts the convolutions' multiply-adds, two each, in forward and in every gradient that is asked for."""

    def __init__(self, networks):
        self.total = 0
        self.hooks = [m.register_forward_hook(self.count) for n in networks for m in n.modules()
                      if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]

    def count(self, module, inputs, output):
        x = inputs[0]
        pixels = x if isinstance(module, nn.ConvTranspose2d) else output
        passes = 1
        if torch.is_grad_enabled():
            passes += x.requires_grad + module.weight.requires_grad
        self.total += 2 * module.weight.numel() * pixels.shape[0] * pixels.shape[2] * pixels.shape[3] * passes

    def stop(self):
        for hook in self.hooks:
            hook.remove()


def blas():
    """The library behind matrix products, from the memory map where there is one (Linux)."""
    if not os.path.exists("/proc/self/maps"):
        return "unknown"
    with open("/proc/self/maps") as maps:
        text = maps.read()
    for mark, name in (("libmkl", "mkl"), ("openblas", "openblas"), ("blis", "blis"), ("libblas", "reference")):
        if mark in text:
            return name
    return "built-in"


def capability():
    get = getattr(getattr(torch.backends, "cpu", None), "get_cpu_capability", None)
    if get:
        return get()
    lines = [line for line in torch.__config__.show().splitlines() if "CPU capability" in line]
    return lines[0].split(":")[1].strip() if lines else "unknown"


def peak_mb():
    """Most resident memory of this process in 10^6 bytes; None where the system does not say (Windows)."""
    if os.path.exists("/proc/self/status"):
        # Not ru_maxrss: on Linux it starts with the memory of the process that started this one.
        with open("/proc/self/status") as status:
            return round(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e6, 1)
    try:
        import resource
    except ImportError:
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1)  # bytes, on a Mac


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--workload", required=True)
    for name, value in (("size", 256), ("threads", 1), ("steps", 5), ("warmup", 2)):
        options.add_argument("--" + name, type=int, default=value)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    random.seed(1)
    work = workload(given.workload, given.size)
    a, b = (torch.empty(1, 3, given.size, given.size).uniform_(-1, 1) for _ in range(2))
    flops = Flops(work.networks)
    times = []
    for i in range(max(given.warmup, 1) + given.steps):
        start = time.perf_counter()
        losses = [loss.item() for loss in work.step(a.clone(), b)]
        seconds = time.perf_counter() - start
        if i == 0:
            flops.stop()
        if i >= max(given.warmup, 1):
            times.append(seconds)
    if not all(abs(loss) < 1e6 for loss in losses):
        sys.exit("the losses are no numbers: %s" % (losses,))
    print(json.dumps({
        "times_s": [round(t, 5) for t in times], "peak_rss_mb": peak_mb(), "gflop_per_step": round(flops.total / 1e9, 3),
        "parameters": sum(p.numel() for n in work.networks for p in n.parameters()), "threads": torch.get_num_threads(),
        "version": torch.__version__, "blas": blas(), "capability": capability(), "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
