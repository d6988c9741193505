"""Times training steps and generators in PyTorch on the processor; prints one JSON line.

python3 torch_bench.py --workload pix2pix|cyclegan|dcgan|wgan-gp|singan|unet256|resnet9|discogan|dualgan|cut|pix2pixhd|spade|bicyclegan|bridge|unsb|stargan
    [--size 256] [--threads 2] [--steps 5] [--warmup 2] [--channels-last] [--adam foreach|fused] [--compile] [--jit] [--bf16]
"""
import argparse
import contextlib
import json
import os
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from networks import PatchGan, ResNet, UNet, generator, initialized
from repeats import repeats
from torch_families import FAMILIES
from torch_noise import NOISE_FAMILIES
from torch_small import STEPS


LOSSES_SHOWN = 3


class Settings:
    """Options of PyTorch: the kind of Adam, and bfloat16 autocast."""

    def __init__(self, given):
        self.kind, self.bf16 = given.adam, given.bf16

    def adam(self, *networks, lr=2e-4, betas=(0.5, 0.999), weight_decay=0):
        chosen = {self.kind: True} if self.kind else {"foreach": False}
        return torch.optim.Adam([p for n in networks for p in n.parameters()], lr=lr, betas=betas, weight_decay=weight_decay, **chosen)

    def autocast(self):
        return torch.autocast("cpu", dtype=torch.bfloat16) if self.bf16 else contextlib.nullcontext()


def trainable(on, *networks):
    for network in networks:
        network.requires_grad_(on)


def judged(scores, real, loss):
    return loss(scores, torch.full_like(scores, 1.0 if real else 0.0))


def mse(x, target):
    return F.mse_loss(x.float(), target.float())


def l1(x, target):
    return F.l1_loss(x.float(), target)


def pictures(size):
    return [torch.empty(1, 3, size, size).uniform_(-1, 1) for _ in range(2)]


class Pix2Pix:
    """One generator forward; an update of the discriminator on (A, fake) and (A, B), then one of the generator with GAN and L1 loss."""
    has_penalty = False

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.d = initialized(UNet(downs=min(size.bit_length() - 1, 8))), initialized(PatchGan(6, batch_norm=True))
        self.networks = [self.g, self.d]
        self.inputs = pictures(size)

    def start(self):
        self.adam_g, self.adam_d = self.settings.adam(self.g), self.settings.adam(self.d)

    def step(self, a, b):
        bce = F.binary_cross_entropy_with_logits
        with self.settings.autocast():
            fake = self.g(a)
        trainable(True, self.d)
        self.adam_d.zero_grad(set_to_none=True)
        with self.settings.autocast():
            loss_d = (judged(self.d(torch.cat((a, fake.detach()), 1)), False, bce)
                      + judged(self.d(torch.cat((a, b), 1)), True, bce)) * 0.5
        loss_d.backward()
        self.adam_d.step()
        trainable(False, self.d)
        self.adam_g.zero_grad(set_to_none=True)
        with self.settings.autocast():
            loss_g = judged(self.d(torch.cat((a, fake), 1)), True, bce) + 100 * F.l1_loss(fake.float(), b)
        loss_g.backward()
        self.adam_g.step()
        return loss_g, loss_d


class Pool:
    """Fifty earlier pictures; with probability 1/2 one of them replaces the new one."""

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
    """Both directions, both cycles, both identities; then both discriminators on pictures from their pools."""
    has_penalty = False

    def __init__(self, size, settings):
        self.settings = settings
        blocks = 9 if size >= 256 else 6
        self.ga, self.gb = initialized(ResNet(blocks)), initialized(ResNet(blocks))
        self.da, self.db = (initialized(PatchGan(3, batch_norm=False)) for _ in range(2))
        self.networks = [self.ga, self.gb, self.da, self.db]
        self.inputs = pictures(size)
        self.pool_a, self.pool_b = Pool(), Pool()

    def start(self):
        self.adam_g, self.adam_d = self.settings.adam(self.ga, self.gb), self.settings.adam(self.da, self.db)

    def step(self, a, b):
        trainable(False, self.da, self.db)
        self.adam_g.zero_grad(set_to_none=True)
        with self.settings.autocast():
            fake_b, fake_a = self.ga(a), self.gb(b)
            loss_g = (judged(self.da(fake_b), True, mse) + judged(self.db(fake_a), True, mse)
                      + 10 * l1(self.gb(fake_b), a) + 10 * l1(self.ga(fake_a), b)
                      + 5 * l1(self.ga(b), b) + 5 * l1(self.gb(a), a))
        loss_g.backward()
        self.adam_g.step()
        trainable(True, self.da, self.db)
        self.adam_d.zero_grad(set_to_none=True)
        losses = []
        for d, real, fake in ((self.da, b, self.pool_b.query(fake_b.detach())), (self.db, a, self.pool_a.query(fake_a.detach()))):
            with self.settings.autocast():
                loss = (judged(d(real), True, mse) + judged(d(fake), False, mse)) * 0.5
            loss.backward()
            losses.append(loss)
        self.adam_d.step()
        return (loss_g, *losses)


class Inference:
    has_penalty = False

    def __init__(self, name, size, settings):
        self.settings = settings
        self.g = initialized(generator(name)).eval()
        self.networks = [self.g]
        self.inputs = pictures(size)[:1]

    def start(self):
        pass

    def step(self, a):
        with torch.no_grad(), self.settings.autocast():
            return (self.g(a).float().mean(),)


def workload(name, size, settings):
    made = {"pix2pix": Pix2Pix, "cyclegan": CycleGan, **STEPS, **FAMILIES, **NOISE_FAMILIES}.get(name)
    return made(size, settings) if made else Inference(name, size, settings)


def ordered(work, given):
    """Converts weights and inputs to channels-last, if requested."""
    if given.channels_last:
        for network in work.networks:
            network.to(memory_format=torch.channels_last)
        work.inputs = [x.contiguous(memory_format=torch.channels_last) for x in work.inputs]


def translated(work, given):
    """Traces the networks, or wraps them to be compiled at their next use, if requested."""
    if given.jit:
        with torch.no_grad(), work.settings.autocast():
            work.g = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(work.g, work.inputs[0])))
    if given.compile:
        for name in ("g", "d", "ga", "gb", "da", "db"):
            # Compiled networks have no second derivatives.
            if hasattr(work, name) and not (work.has_penalty and name == "d"):
                setattr(work, name, torch.compile(getattr(work, name)))


class Flops:
    """Counts the convolutions' operations, two per multiply-add, in the forward and in every required gradient."""

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
    """The BLAS library in use, from the process's memory map if there is one (Linux)."""
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
    """Peak resident memory of this process in 10^6 bytes; None if the system does not report it (Windows)."""
    if os.path.exists("/proc/self/status"):
        # Not ru_maxrss: on Linux it starts with the memory of the parent process.
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
    options.add_argument("--seconds", type=float, default=0, help="least duration of the warm-up, and again of the timed steps")
    options.add_argument("--adam", choices=["foreach", "fused"])
    for name in ("channels-last", "compile", "jit", "bf16"):
        options.add_argument("--" + name, action="store_true")
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    random.seed(1)
    if given.compile:
        from torch._inductor import config
        config.freezing = True
    work = workload(given.workload, given.size, Settings(given))
    flops = Flops(work.networks)
    ordered(work, given)
    work.start()
    times, first = [], []
    warmup = max(given.warmup, 2 if given.jit or given.compile else 1)
    for i, is_timed in repeats(given.steps, warmup, given.seconds):
        if i == 1:
            # The first step ran eagerly and was counted: traced and compiled networks call no hooks.
            flops.stop()
            translated(work, given)
        start = time.perf_counter()
        losses = [loss.item() for loss in work.step(*(x.clone() for x in work.inputs))]
        seconds = time.perf_counter() - start
        if i < LOSSES_SHOWN:
            first.append(losses)
        if is_timed:
            times.append(seconds)
    if not all(abs(loss) < 1e6 for loss in losses):
        sys.exit("the losses are no numbers: %s" % (losses,))
    print(json.dumps({
        "times_s": [round(t, 6) for t in times], "peak_rss_mb": peak_mb(),
        # The second derivatives of a gradient penalty are not seen by the hooks.
        "gflop_per_step": None if work.has_penalty else round(flops.total / 1e9, 3),
        "first_losses": first if given.workload in STEPS else None,
        "parameters": sum(p.numel() for n in work.networks for p in n.parameters()), "threads": torch.get_num_threads(),
        "version": torch.__version__, "blas": blas(), "capability": capability(), "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
