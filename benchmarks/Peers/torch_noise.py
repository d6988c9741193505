"""Training steps of the families that generate pictures from noise, in PyTorch: networks, losses, optimisers and updates of `--preset small`.

A step is what `ilgpugan bench step --workload FAMILY --preset small` measures: codes are drawn in it, and where a critic learns more often,
a step is the whole turn.
"""
import torch
from torch.nn import functional as F

from networks_noise import (
    PairJudge, StackFirst, StackSecond, SuitingJudge, ToldGenerator, TreeGenerator, TreeJudge, began_auto_encoder, began_decoder,
    ebgan_networks, gan_networks, gman_generator, gman_judge, lapgan_networks, madgan_networks, pggan_networks, r3gan_networks,
    triple_classifier)
from networks_small import dcgan_discriminator, dcgan_generator


def cost(scores, real):
    """Cross-entropy of raw scores."""
    scores = scores.float()
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, float(real)))


def colours(batch, size, channels):
    return torch.rand(batch, channels, size, size) * 2 - 1


class NoiseFamily:
    """An update of the discriminator on detached pictures, then one of the generator."""
    has_penalty, channels, rate, betas, decay = False, 3, 2e-4, (0.5, 0.999), None

    def __init__(self, size, settings):
        self.settings = settings
        self.networks = self.build(size)
        self.averages = None if self.decay is None else [p.detach().clone() for p in self.g.parameters()]
        self.inputs = [colours(self.batch, size, self.channels)]

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n, lr=self.rate, betas=self.betas) for n in (self.g, self.d))

    def code(self, count=None):
        return torch.randn(count or self.batch, self.nz)

    def even_code(self, count=None):
        return torch.rand(count or self.batch, self.nz) * 2 - 1

    def made(self, *given):
        with torch.no_grad(), self.settings.autocast():
            return self.g(*given).float()

    def minimise(self, adam, loss):
        adam.zero_grad(set_to_none=True)
        with self.settings.autocast():
            total, shown = loss()
        total.backward()
        adam.step()
        return shown

    @torch.no_grad()
    def average(self):
        """The EMA of the generator, which is part of a step."""
        for mean, p in zip(self.averages, self.g.parameters()):
            mean.lerp_(p, 1 - self.decay)

    def turn(self, of_d, of_g):
        """One update of each; the generator's computes no gradients of the discriminator's weights."""
        self.d.requires_grad_(True)
        shown = self.minimise(self.adam_d, of_d)
        self.d.requires_grad_(False)
        shown += self.minimise(self.adam_g, of_g)
        if self.decay is not None:
            self.average()
        return shown

    def relative_turn(self, x, code, weight):
        """A relativistic loss; the penalties R1 and R2 are `weight` times the mean of the squared slopes."""
        real, fake = x.requires_grad_(True), self.made(code()).requires_grad_(True)

        def of_d():
            of_real, of_fake = self.d(real).float(), self.d(fake).float()
            slopes = torch.autograd.grad(of_real.sum() + of_fake.sum(), (real, fake), create_graph=True)
            loss = F.softplus(of_fake - of_real).mean()
            return loss + weight * sum(slope.square().sum([1, 2, 3]).mean() for slope in slopes), [loss]

        def of_g():
            with torch.no_grad():
                of_real = self.d(real)
            loss = F.softplus(of_real.float() - self.d(self.g(code())).float()).mean()
            return loss, [loss]

        return self.turn(of_d, of_g)


class Gan(NoiseFamily):
    batch, nz, channels = 64, 64, 1

    def build(self, size):
        self.g, self.d = gan_networks(size * size, self.nz)
        return [self.g, self.d]

    def step(self, x):
        fake = self.made(self.code())

        def of_d():
            real, made = cost(self.d(x), True), cost(self.d(fake), False)
            return (real + made) / 2, [real, made]

        def of_g():
            loss = cost(self.d(self.g(self.code())), True)
            return loss, [loss]

        return self.turn(of_d, of_g)


class Wgan(NoiseFamily):
    """Five updates of the critic, whose weights are clipped, then one of the generator."""
    batch, nz, channels, turns, clip, decay = 16, 64, 1, 5, 0.01, 0.99

    def build(self, _):
        self.g = dcgan_generator(self.nz, channels=self.channels)
        self.d = dcgan_discriminator(False, channels=self.channels)
        return [self.g, self.d]

    def start(self):
        self.adam_g, self.adam_d = (
            torch.optim.RMSprop(n.parameters(), lr=self.rate, alpha=0.99, eps=1e-8, foreach=self.settings.kind is not None)
            for n in (self.g, self.d))

    def code(self, count=None):
        return super().code(count)[:, :, None, None]

    def step(self, x):
        self.d.requires_grad_(True)
        for _ in range(self.turns):
            fake = self.made(self.code())

            def of_d():
                loss = self.d(fake).float().mean() - self.d(x).float().mean()
                return loss, [loss]

            shown = self.minimise(self.adam_d, of_d)
            with torch.no_grad():
                for p in self.d.parameters():
                    p.clamp_(-self.clip, self.clip)
        self.d.requires_grad_(False)

        def of_g():
            loss = -self.d(self.g(self.code())).float().mean()
            return loss, [loss]

        shown += self.minimise(self.adam_g, of_g)
        self.average()
        return shown


class LapGan(NoiseFamily):
    """The coarsest level, which is trained first."""
    has_penalty, batch, nz, base, decay = True, 32, 100, 8, 0.998

    def build(self, size):
        generators, judges = lapgan_networks(size, code=self.nz, base=self.base)
        self.g, self.d = generators[0], judges[0]
        return generators + judges

    def step(self, x):
        return self.relative_turn(F.avg_pool2d(x, x.shape[2] // self.base), self.even_code, 0.25)


class ProgressiveGan(NoiseFamily):
    """All levels grown."""
    batch, nz, rate, betas, has_penalty, decay = 16, 32, 1e-3, (0.0, 0.99), True, 0.99

    def build(self, size):
        self.g, self.d, below = pggan_networks((size // 4).bit_length(), self.nz)
        return [self.g, self.d, below]

    def step(self, x):
        fake, mix = self.made(self.code()), torch.rand(self.batch, 1, 1, 1)

        def of_d():
            scores = self.d(x).float()
            between = (mix * x + (1 - mix) * fake).requires_grad_()
            slope, = torch.autograd.grad(self.d(between).float().sum(), between, create_graph=True)
            penalty = 10 * ((slope.float().flatten(1).norm(dim=1) - 1) ** 2).mean()
            loss = self.d(fake).float().mean() - scores.mean() + penalty + 1e-3 * (scores ** 2).mean()
            return loss, [loss]

        def of_g():
            loss = -self.d(self.g(self.code())).float().mean()
            return loss, [loss]

        return self.turn(of_d, of_g)


class Ebgan(NoiseFamily):
    batch, nz, channels, rate, margin, weight = 100, 100, 1, 1e-3, 10.0, 0.1

    def build(self, size):
        self.g, self.d = ebgan_networks(size * size, self.nz)
        return [self.g, self.d]

    def step(self, x):
        fake = self.made(self.code())

        def of_d():
            real, made = self.d(x)[0].mean(), torch.relu(self.margin - self.d(fake)[0]).mean()
            return real + made, [real, made]

        def of_g():
            energies, codes = self.d(self.g(self.code()))
            units = codes / codes.norm(dim=1, keepdim=True)
            cosines = (units @ units.t()) ** 2
            alike = self.weight * (cosines.sum() - cosines.trace()) / (self.batch * (self.batch - 1))
            return energies.mean() + alike, [energies.mean(), alike]

        return self.turn(of_d, of_g)


class Began(NoiseFamily):
    """The gradients of both networks are computed before either is updated."""
    batch, nz, rate, betas, gamma, lead, decay = 16, 64, 1e-4, (0.9, 0.999), 0.9, 0.02, 0.99

    def build(self, _):
        self.g, self.d, self.k = began_decoder(code=self.nz), began_auto_encoder(code=self.nz), 0.0
        return [self.g, self.d]

    def step(self, x):
        def distance(pictures):
            return (self.d(pictures).float() - pictures).abs().mean()

        for adam in (self.adam_g, self.adam_d):
            adam.zero_grad(set_to_none=True)
        self.d.requires_grad_(False)
        with self.settings.autocast():
            made = self.g(self.even_code()).float()
            loss_g = distance(made)
        loss_g.backward()
        self.d.requires_grad_(True)
        with self.settings.autocast():
            real, fake = distance(x), distance(made.detach())
        (real - self.k * fake).backward()
        self.adam_d.step()
        self.adam_g.step()
        self.k = min(max(self.k + self.lead * (self.gamma * real.item() - loss_g.item()), 0.0), 1.0)
        self.average()
        return [real, loss_g]


class Gman(NoiseFamily):
    """Five discriminators, each on a part of the batch, are updated before the generator."""
    batch, nz, channels, count, decay = 100, 100, 1, 5, 0.99

    def build(self, _):
        self.g = gman_generator(code=self.nz)
        self.judges = [gman_judge() for _ in range(self.count)]
        return [self.g, *self.judges]

    def start(self):
        self.adam_g, self.adam_d = self.settings.adam(self.g), self.settings.adam(*self.judges)

    def step(self, x):
        def chances(judge, pictures):
            return 0.01 + 0.98 * torch.sigmoid(judge(pictures).float())

        def freeze(frozen):
            for judge in self.judges:
                judge.requires_grad_(not frozen)

        for adam in (self.adam_g, self.adam_d):
            adam.zero_grad(set_to_none=True)
        freeze(True)
        with self.settings.autocast():
            made = self.g(self.even_code()).float()
            values = torch.stack([-torch.log(chances(judge, part)).mean() for judge, part in zip(self.judges, made.chunk(self.count))])
        loss_g = (torch.softmax(values, 0) * values).sum()
        loss_g.backward()
        freeze(False)
        with self.settings.autocast():
            total = sum(
                -torch.log(chances(judge, real)).mean() - torch.log(1 - chances(judge, fake)).mean()
                for judge, real, fake in zip(self.judges, x.chunk(self.count), made.detach().chunk(self.count)))
        total.backward()
        self.adam_d.step()
        self.adam_g.step()
        self.average()
        return [total, loss_g]


class MadGan(NoiseFamily):
    """Before each generator an update of the discriminator, then one of that generator."""
    batch, nz, channels, rate, count = 32, 64, 1, 1e-3, 5

    def build(self, size):
        self.makers, self.d = madgan_networks(self.count, size * size, self.nz)
        return [*self.makers, self.d]

    def start(self):
        self.adam_d = self.settings.adam(self.d, lr=self.rate)
        self.adams = [self.settings.adam(g, lr=self.rate) for g in self.makers]

    def step(self, x):
        def answers(pictures, answer):
            return F.cross_entropy(self.d(pictures).float(), torch.full((len(pictures),), answer))

        shown = []
        self.d.requires_grad_(True)
        for i, self.g in enumerate(self.makers):
            fake = self.made(self.even_code())

            def of_d():
                loss = answers(x, self.count) + answers(fake, i)
                return loss, [loss]

            shown += self.minimise(self.adam_d, of_d)
        self.d.requires_grad_(False)
        for maker, adam in zip(self.makers, self.adams):
            def of_g():
                loss = answers(maker(self.even_code()), self.count)
                return loss, [loss]

            shown += self.minimise(adam, of_g)
        return shown


class TripleGan(NoiseFamily):
    """A step of all three players, including the fakes for the classifier."""
    batch, nz, channels, rate, classes, of_c, of_g, known_c, known_d, decay = 300, 100, 1, 1e-3, 10, 100, 100, 100, 1, 0.99

    def build(self, size):
        self.g, self.d, self.c = ToldGenerator(self.classes, self.nz), PairJudge(self.classes), triple_classifier(self.classes)
        self.labels = F.one_hot(torch.arange(self.batch) % self.classes, self.classes).float()
        self.known = colours(self.batch, size, self.channels)
        return [self.g, self.d, self.c]

    def start(self):
        self.adam_g, self.adam_d, self.adam_c = (self.settings.adam(n, lr=self.rate) for n in self.networks)

    def step(self, x):
        def chosen(scores):
            return F.one_hot(scores.detach().argmax(1), self.classes).float()

        def answered(scores, labels):
            return -(F.log_softmax(scores.float(), 1) * labels).sum(1).mean()

        def drawn():
            return torch.rand(self.of_g, self.nz), asked

        asked, (of_d, of_c) = self.labels[:self.of_g], x.split([self.batch - self.of_c, self.of_c])
        with torch.no_grad(), self.settings.autocast():
            guesses = chosen(self.c.eval()(x))
            self.c.train()
        fake = self.made(*drawn())

        def loss_d():
            pictures, labels = torch.cat([self.known[:self.known_d], of_d]), torch.cat([self.labels[:self.known_d], guesses[:len(of_d)]])
            real = cost(self.d(pictures, labels), True)
            return real + (cost(self.d(fake, asked), False) + cost(self.d(of_c, guesses[len(of_d):]), False)) / 2, [real]

        def loss_g():
            pleasing = cost(self.d(self.g(*drawn()), asked), True)
            return pleasing / 2, [pleasing]

        def loss_c():
            scores = self.c(of_c).float()
            p, answers = scores.softmax(1), chosen(scores)
            known = answered(self.c(self.known[:self.known_c]), self.labels[:self.known_c])
            entropy, average = -(p * p.log()).sum(1).mean(), -p.mean(0).log().mean()
            with torch.no_grad():
                each = F.softplus(-self.d(of_c, answers).float())
            pleased = ((p * answers).sum(1, keepdim=True) * each).mean()
            size = (self.c[-1].weight ** 2).sum()
            told = answered(self.c(self.made(*drawn())), asked)
            return known + 0.3 * entropy + 1e-3 * average + 1e-4 * size + pleased / 2 + 0.1 * told, [known, told]

        return self.turn(loss_d, loss_g) + self.minimise(self.adam_c, loss_c)


class StackGan(NoiseFamily):
    """The first stage, which is trained first: real pictures, real pictures with a wrong label, and fakes."""
    batch, nz, labels, embedding, coarse = 32, 16, 2, 32, 16

    def build(self, size):
        self.g, self.d = StackFirst(self.nz, self.embedding), SuitingJudge(2, self.embedding)
        self.told = F.one_hot(torch.arange(self.batch) % self.labels, self.labels).float() @ torch.randn(self.labels, self.embedding)
        self.wrong = colours(self.batch, size, self.channels)
        return [self.g, self.d, StackSecond(self.embedding), SuitingJudge(3, self.embedding)]

    def step(self, x):
        real, wrong = (F.avg_pool2d(p, p.shape[2] // self.coarse) for p in (x, self.wrong))
        with torch.no_grad(), self.settings.autocast():
            fake = self.g(self.code(), self.told)[0].float()

        def of_d():
            right = cost(self.d(real, self.told), True)
            return right + (cost(self.d(wrong, self.told), False) + cost(self.d(fake, self.told), False)) / 2, [right]

        def of_g():
            made, divergence = self.g(self.code(), self.told)
            loss = cost(self.d(made, self.told), True)
            return loss + 2 * divergence, [loss, divergence]

        return self.turn(of_d, of_g)


class StackGanV2(NoiseFamily):
    """All sizes: conditional and unconditional scores."""
    batch, nz, labels, embedding, decay = 32, 16, 2, 32, 0.999

    def build(self, size):
        self.g, self.judges = TreeGenerator(self.nz, self.embedding), [TreeJudge(n) for n in (1, 2, 3)]
        self.d = torch.nn.ModuleList(self.judges)
        self.told = F.one_hot(torch.arange(self.batch) % self.labels, self.labels).float() @ torch.randn(self.labels, self.embedding)
        self.wrong = colours(self.batch, size, self.channels)
        return [self.g, *self.judges]

    def step(self, x):
        def sized(p):
            return [F.avg_pool2d(p, 4), F.avg_pool2d(p, 2), p]

        def judged(pictures, mean, asked, alone):
            scores = [judge(picture, mean) for judge, picture in zip(self.judges, pictures)]
            return sum(cost(suits, asked) + cost(real, alone) for suits, real in scores)

        with self.settings.autocast():
            made, mean, divergence = self.g(self.code(), self.told)
        fakes, fixed = [p.detach() for p in made], mean.detach()

        def of_d():
            right = judged(sized(x), fixed, True, True)
            return right + judged(sized(self.wrong), fixed, False, True) + judged(fakes, fixed, False, False), [right]

        def of_g():
            loss = judged(made, mean, True, True)
            return loss + 2 * divergence, [loss, divergence]

        return self.turn(of_d, of_g)


class R3Gan(NoiseFamily):
    has_penalty, batch, nz, channels, rate, betas, decay = True, 32, 32, 1, 1e-3, (0.0, 0.9), 0.998

    def build(self, _):
        self.g, self.d = r3gan_networks(self.nz, self.channels)
        return [self.g, self.d]

    def step(self, x):
        return self.relative_turn(x, self.code, 0.5)


NOISE_FAMILIES = {
    "gan": Gan, "wgan": Wgan, "lapgan": LapGan, "pggan": ProgressiveGan, "ebgan": Ebgan, "began": Began, "gman": Gman, "madgan": MadGan,
    "triplegan": TripleGan, "stackgan": StackGan, "stackgan-v2": StackGanV2, "r3gan": R3Gan}
