"""Training steps of the families' small presets in PyTorch: the networks, losses, optimisers and updates of `ilgpugan train FAMILY --preset small`.

A step draws what it needs at random itself, as ours does. Where steps differ (critic and generator take turns), a step here is the whole turn.
"""
import math

import torch
from torch.nn import functional as F

from networks_families import (
    BridgeGenerator, ClassifyingJudge, CodeEncoder, CodeUNet, CutDiscriminator, CutGenerator, CutProjection, DiscoDiscriminator,
    DualGenerator, GlobalGenerator, LabelGenerator, ScaleDiscriminators, SpadeGenerator, SpectralDiscriminators, TimedDiscriminator, TwoScaleJudge,
    UnsbGenerator, disco_generator, dual_critic)


def pictures(batch, size, count=2):
    return [torch.rand(batch, 3, size, size) * 2 - 1 for _ in range(count)]


def one_class(batch, size):
    """A label map of one class, with instance borders, as `ilgpugan bench` uses without data."""
    return torch.cat([torch.ones(batch, 1, size, size), torch.randint(0, 2, (batch, 1, size, size)).float()], 1)


def squares(scores, target):
    """The least-squares loss on the scores of one or several scales."""
    return sum(((s.float() - target) ** 2).mean() for s in (scores if isinstance(scores, (tuple, list)) else [scores]))


class Family:
    has_penalty = False

    def update(self, adams, loss):
        """One update of some networks: clears their gradients, computes the loss, and steps their optimisers."""
        for adam in adams:
            adam.zero_grad(set_to_none=True)
        with self.settings.autocast():
            total, shown = loss()
        total.backward()
        for adam in adams:
            adam.step()
        return shown


class Cut(Family):
    """One forward of both pictures; an update of the discriminator, then one of the generator and the projection."""
    batch, patches, temperature = 1, 64, 0.07

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.d, self.f = CutGenerator(), CutDiscriminator(), CutProjection()
        self.networks = [self.g, self.d, self.f]
        self.inputs = pictures(self.batch, size)

    def start(self):
        self.adam_g, self.adam_d, self.adam_f = (self.settings.adam(n) for n in self.networks)

    def contrast(self, keys, made):
        total = 0
        for index, (key, query) in enumerate(zip(keys, self.g(made, encode_only=True))):
            places = torch.rand(key.shape[2] * key.shape[3]).topk(min(self.patches, key.shape[2] * key.shape[3])).indices
            k, q = self.f(index, key, places).detach().float(), self.f(index, query, places).float()
            logits = q @ k.t() / self.temperature
            total = total + F.cross_entropy(logits, torch.arange(len(logits)))
        return total / len(keys)

    def step(self, a, b):
        with self.settings.autocast():
            made, features = self.g(torch.cat([a, b]))
        fake, same = made[:1], made[1:]
        keys_a, keys_b = ([f[i:i + 1].detach() for f in features] for i in (0, 1))
        self.d.requires_grad_(True)

        def of_d():
            loss = (squares(self.d(fake.detach()), 0) + squares(self.d(b), 1)) * 0.5
            return loss, [loss]

        def of_g():
            adversarial = squares(self.d(fake), 1)
            contrastive = (self.contrast(keys_a, fake) + self.contrast(keys_b, same)) * 0.5
            return adversarial + contrastive, [adversarial, contrastive]

        shown = self.update([self.adam_d], of_d)
        self.d.requires_grad_(False)
        return shown + self.update([self.adam_g, self.adam_f], of_g)


class Unsb(Family):
    """A step at each of the five times: a walk there without gradients, an update of the discriminator, of the energy network, of the generator."""
    times, tau, patches, temperature = 5, 0.01, 64, 0.07

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.d, self.e, self.f = UnsbGenerator(), TimedDiscriminator(3), TimedDiscriminator(12), CutProjection()
        self.networks = [self.g, self.d, self.e, self.f]
        self.inputs = pictures(1, size, 3)
        rises = [sum(1 / i for i in range(1, n + 1)) for n in range(self.times)]
        self.at = [0.0] + [0.5 + 0.5 * rise / rises[-1] for rise in rises]

    def start(self):
        self.adam_g, self.adam_d, self.adam_e, self.adam_f = (self.settings.adam(n) for n in self.networks)

    def code(self, x):
        return torch.randn(len(x), self.g.code)

    def walk(self, x, time):
        with torch.no_grad(), self.settings.autocast():
            for t in range(time):
                length = self.at[t + 1] - self.at[t]
                share = length / (1 - self.at[t])
                made = self.g(x, t, self.code(x)).float()
                x = x.lerp(made, share) + math.sqrt(length * (1 - share) * self.tau) * torch.randn_like(x)
        return x

    def contrast(self, source, made):
        z = self.code(source)
        with torch.no_grad():
            keys = self.g.features(source, z)
        total = 0
        for index, (key, query) in enumerate(zip(keys, self.g.features(made, z))):
            places = torch.rand(key.shape[2] * key.shape[3]).topk(min(self.patches, key.shape[2] * key.shape[3])).indices
            k, q = self.f(index, key, places).detach().float(), self.f(index, query, places).float()
            total = total + F.cross_entropy(q @ k.t() / self.temperature, torch.arange(len(q)))
        return total / len(keys)

    def energies(self, pair, other, time):
        both = self.e(torch.cat([torch.cat([pair, pair], 1), torch.cat([pair, other], 1)]), time).float()
        return both[:1].mean(), torch.logsumexp(both[1:].flatten(1), 1)

    def step(self, a, b, second):
        return [loss for time in range(self.times) for loss in self.step_at(time, a, b, second)]

    def step_at(self, time, a, b, second):
        x = self.walk(torch.cat([a, second, b]), time)
        with self.settings.autocast():
            made = self.g(x, time, self.code(x))
        pair, other = torch.cat([x[:1], made[:1]], 1), torch.cat([x[1:2], made[1:2]], 1)
        self.d.requires_grad_(True)
        self.e.requires_grad_(True)

        def of_d():
            scores = self.d(torch.cat([made[:1].detach(), b]), time)
            loss = (squares(scores[:1], 0) + squares(scores[1:], 1)) * 0.5
            return loss, [loss]

        def of_e():
            own, others = self.energies(pair.detach(), other.detach(), time)
            loss = (others + others.square()).mean() - own
            return loss, [loss]

        def of_g():
            adversarial = squares(self.d(made[:1], time), 1)
            own, others = self.energies(pair, other, time)
            bridge = self.tau * (F.mse_loss(made[:1].float(), x[:1]) - (self.times - time) / self.times * (own - others.mean()))
            contrastive = (self.contrast(a, made[:1]) + self.contrast(b, made[2:])) * 0.5
            return adversarial + bridge + contrastive, [adversarial, bridge, contrastive]

        shown = self.update([self.adam_d], of_d) + self.update([self.adam_e], of_e)
        self.d.requires_grad_(False)
        self.e.requires_grad_(False)
        return shown + self.update([self.adam_g, self.adam_f], of_g)


class Pix2PixHd(Family):
    """The fake is generated once; an update of the discriminators, and one of the generator with GAN and feature-matching loss."""
    batch, scales, layers = 2, 2, 2

    def __init__(self, size, settings):
        self.settings = settings
        labels = one_class(self.batch, size)
        self.g, self.d = GlobalGenerator(labels.shape[1]), ScaleDiscriminators(labels.shape[1] + 3)
        self.networks = [self.g, self.d]
        self.inputs = [labels, *pictures(self.batch, size, 1)]

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n) for n in self.networks)

    def step(self, a, b):
        with self.settings.autocast():
            fake = self.g(a)
        self.d.requires_grad_(True)
        self.adam_d.zero_grad(set_to_none=True)
        with self.settings.autocast():
            real = self.d(torch.cat([a, b], 1))
            loss_d = (squares([s[-1] for s in self.d(torch.cat([a, fake.detach()], 1))], 0) + squares([s[-1] for s in real], 1)) * 0.5
        self.d.requires_grad_(False)

        def of_g():
            judged = self.d(torch.cat([a, fake], 1))
            adversarial = squares([s[-1] for s in judged], 1)
            weight = 10 / self.scales * 4 / (self.layers + 1)
            matched = sum(F.l1_loss(x.float(), y.detach().float()) for f, r in zip(judged, real) for x, y in zip(f[:-1], r[:-1])) * weight
            return adversarial + matched, [adversarial, matched]

        shown = self.update([self.adam_g], of_g)
        self.d.requires_grad_(True)
        loss_d.backward()
        self.adam_d.step()
        return [*shown, loss_d]


class BicycleGan(Family):
    """Random latent code to picture to code, then target to code to picture, one backward each; then both discriminators."""
    batch, nz = 2, 4

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.e, self.d, self.d2 = CodeUNet(nz=self.nz), CodeEncoder(nz=self.nz), TwoScaleJudge(), TwoScaleJudge()
        self.networks = [self.g, self.e, self.d, self.d2]
        self.inputs = pictures(self.batch, size)

    def start(self):
        self.adam_g, self.adam_e, self.adam_d, self.adam_d2 = (self.settings.adam(n) for n in self.networks)

    def step(self, a, b):
        half = self.batch // 2
        a, first, second = a[:half], b[:half], b[half:]
        for adam in (self.adam_g, self.adam_e):
            adam.zero_grad(set_to_none=True)
        for network in (self.d, self.d2, self.e):
            network.requires_grad_(False)
        with self.settings.autocast():
            z = torch.randn(half, self.nz)
            random = self.g(a, z)
            back = 0.5 * F.l1_loss(self.e(random)[0].float(), z)
            loss = squares(self.d2(random), 1) + back
        loss.backward()
        self.e.requires_grad_(True)
        with self.settings.autocast():
            mean, log_variance = (x.float() for x in self.e(first))
            fake = self.g(a, mean + torch.randn(half, self.nz) * torch.exp(log_variance * 0.5))
            near = 10 * F.l1_loss(fake.float(), first)
            divergence = 0.005 * (mean ** 2 + log_variance.exp() - log_variance - 1).sum()
            loss = squares(self.d(fake), 1) + near + divergence
        loss.backward()
        self.adam_e.step()
        self.adam_g.step()
        shown = [back, near, divergence]
        for network, adam, made, real in ((self.d, self.adam_d, fake, first), (self.d2, self.adam_d2, random, second)):
            network.requires_grad_(True)

            def of_d():
                loss = squares(network(made.detach()), 0) + squares(network(real), 1)
                return loss, [loss]

            shown += self.update([adam], of_d)
        return shown


class Bridge(Family):
    """One forward of a point on each pair's bridge, and one update."""
    batch, sigma, share = 2, 0.5, 0.25

    def __init__(self, size, settings):
        self.settings = settings
        self.g = BridgeGenerator()
        self.networks = [self.g]
        self.inputs = pictures(self.batch, size)

    def start(self):
        self.adam_g = self.settings.adam(self.g)

    def step(self, a, b):
        def of_g():
            t = F.relu((torch.rand(self.batch, 1, 1, 1) - self.share) / (1 - self.share))
            z = a + (b - a) * t + self.sigma * torch.sqrt(t * (1 - t)) * torch.randn_like(b)
            loss = F.mse_loss(self.g(z, a, t[:, :, 0, 0]).float(), b)
            return loss, [loss]

        return self.update([self.adam_g], of_g)


class StarGan(Family):
    """A turn: five updates of the critic with the gradient penalty, then one of the generator."""
    batch, labels, turns, has_penalty = 8, 5, 5, True

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.d = LabelGenerator(self.labels), ClassifyingJudge(self.labels, side=size)
        self.networks = [self.g, self.d]
        self.inputs = [*pictures(self.batch, size, 1), F.one_hot(torch.arange(self.batch) % self.labels, self.labels).float()]

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n) for n in self.networks)

    def classification(self, logits, label):
        return F.binary_cross_entropy_with_logits(logits.float(), label, reduction="sum") / self.batch

    def step(self, x, label):
        for turn in range(self.turns):
            target = label[torch.rand(self.batch).argsort()]

            def of_d():
                with torch.no_grad():
                    fake = self.g(x, target)
                scores, classes = self.d(x)
                mix = torch.rand(self.batch, 1, 1, 1)
                between = (mix * x + (1 - mix) * fake.float()).requires_grad_()
                slope, = torch.autograd.grad(self.d(between)[0].float().sum(), between, create_graph=True)
                penalty = 10 * ((slope.float().flatten(1).norm(dim=1) - 1) ** 2).mean()
                loss = self.d(fake)[0].float().mean() - scores.float().mean() + self.classification(classes, label) + penalty
                return loss, [loss, penalty]

            self.d.requires_grad_(True)
            shown = self.update([self.adam_d], of_d)

        def of_g():
            fake = self.g(x, target)
            scores, classes = self.d(fake)
            back = 10 * F.l1_loss(self.g(fake, label).float(), x)
            return back - scores.float().mean() + self.classification(classes, target), [back]

        self.d.requires_grad_(False)
        return shown + self.update([self.adam_g], of_g)


class Spade(Family):
    """An update of the generator, then one of the discriminators on newly generated pictures; fakes and photographs are one batch."""
    batch, scales = 2, 2

    def __init__(self, size, settings):
        self.settings = settings
        labels = one_class(self.batch, size)
        self.g, self.d = SpadeGenerator(labels.shape[1]), SpectralDiscriminators(labels.shape[1] + 3)
        self.networks = [self.g, self.d]
        self.inputs = [labels, *pictures(self.batch, size, 1)]

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n, lr=lr, betas=(0.0, 0.9)) for n, lr in ((self.g, 1e-4), (self.d, 4e-4)))

    def judged(self, labels, fake, photo):
        """For each scale the outputs of all layers, of the fakes and of the photographs."""
        both = self.d(torch.cat([torch.cat([labels, fake], 1), torch.cat([labels, photo], 1)]))
        return [[(y[:self.batch].float(), y[self.batch:].float()) for y in scale] for scale in both]

    def step(self, labels, photo):
        def of_g():
            scales = self.judged(labels, self.g(labels), photo)
            adversarial = -sum(scale[-1][0].mean() for scale in scales) / self.scales
            matched = sum(F.l1_loss(fake, real.detach()) for scale in scales for fake, real in scale[:-1]) * (10 / self.scales)
            return adversarial + matched, [adversarial, matched]

        def of_d():
            with torch.no_grad():
                fake = self.g(labels)
            scales = self.judged(labels, fake, photo)
            loss = sum(F.relu(1 + scale[-1][0]).mean() + F.relu(1 - scale[-1][1]).mean() for scale in scales) / self.scales
            return loss, [loss]

        self.d.requires_grad_(False)
        shown = self.update([self.adam_g], of_g)
        self.d.requires_grad_(True)
        return shown + self.update([self.adam_d], of_d)


class DiscoGan(Family):
    """A turn: one update of the discriminators, two of the generators, both directions together."""
    batch, rate = 64, 0.01

    def __init__(self, size, settings):
        self.settings = settings
        self.ga, self.gb, self.da, self.db = disco_generator(), disco_generator(), DiscoDiscriminator(), DiscoDiscriminator()
        self.networks = [self.ga, self.gb, self.da, self.db]
        self.inputs = pictures(self.batch, size)

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(*n, weight_decay=1e-5) for n in (self.networks[:2], self.networks[2:]))

    def step(self, a, b):
        bce = F.binary_cross_entropy_with_logits
        ways = ((self.ga, self.da, self.gb, a, b), (self.gb, self.db, self.ga, b, a))

        def of_d():
            total = 0
            for there, judge, _, x, target in ways:
                with torch.no_grad():
                    fake = there(x)
                (real, _), (made, _) = judge(target), judge(fake)
                total = total + 0.5 * (bce(real.float(), torch.ones_like(real).float()) + bce(made.float(), torch.zeros_like(made).float()))
            return total, [total]

        def of_g():
            total = 0
            for there, judge, back, x, target in ways:
                fake = there(x)
                (_, wanted), (scores, made) = judge(target), judge(fake)
                features = sum(((w.float().mean(0) - m.float().mean(0)) ** 2).mean() for w, m in zip(wanted, made))
                pleasing = 0.1 * bce(scores.float(), torch.ones_like(scores).float()) + 0.9 * features
                total = total + (1 - self.rate) * pleasing + self.rate * 0.25 * F.mse_loss(back(fake).float(), x)
            return total, [total]

        for judge in (self.da, self.db):
            judge.requires_grad_(True)
        shown = self.update([self.adam_d], of_d)
        for judge in (self.da, self.db):
            judge.requires_grad_(False)
        for _ in range(2):
            shown = shown + self.update([self.adam_g], of_g)
        return shown


class DualGan(Family):
    """The critics of both domains with their penalties, then the generators, whose pictures are generated once."""
    batch, has_penalty = 1, True

    def __init__(self, size, settings):
        self.settings = settings
        self.ga, self.gb, self.da, self.db = DualGenerator(), DualGenerator(), dual_critic(size), dual_critic(size)
        self.networks = [self.ga, self.gb, self.da, self.db]
        self.inputs = pictures(self.batch, size)

    def start(self):
        self.rms_g, self.rms_d = (
            torch.optim.RMSprop([p for n in networks for p in n.parameters()], lr=2e-4, alpha=0.9, eps=1e-10, foreach=self.settings.kind is not None)
            for networks in (self.networks[:2], self.networks[2:]))

    def critic(self, network, real, fake):
        mix = torch.rand(self.batch, 1, 1, 1)
        between = (mix * real + (1 - mix) * fake.float()).requires_grad_()
        slope, = torch.autograd.grad(network(between).float().sum(), between, create_graph=True)
        length = (1e-8 + (slope.float() ** 2).sum((1, 2, 3))).sqrt()
        return network(fake).float().mean() - network(real).float().mean() + 10 * ((length - 1) ** 2).mean()

    def step(self, a, b):
        with self.settings.autocast():
            fake_a, fake_b = self.gb(b), self.ga(a)

        def of_d():
            loss = self.critic(self.da, b, fake_b.detach()) + self.critic(self.db, a, fake_a.detach())
            return loss, [loss]

        def of_g():
            cycles = 500 * (F.l1_loss(self.gb(fake_b).float(), a) + F.l1_loss(self.ga(fake_a).float(), b))
            return cycles - self.da(fake_b).float().mean() - self.db(fake_a).float().mean(), [cycles]

        for judge in (self.da, self.db):
            judge.requires_grad_(True)
        shown = self.update([self.rms_d], of_d)
        for judge in (self.da, self.db):
            judge.requires_grad_(False)
        return shown + self.update([self.rms_g], of_g)


FAMILIES = {
    "discogan": DiscoGan, "dualgan": DualGan, "cut": Cut, "unsb": Unsb, "pix2pixhd": Pix2PixHd, "spade": Spade, "bicyclegan": BicycleGan, "bridge": Bridge,
    "stargan": StarGan}
