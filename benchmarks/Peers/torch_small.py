"""Training steps of three small GANs in PyTorch, from weights and inputs that both sides hash from their indices (Steps/HashedNumbers.cs)."""
import torch
from torch.nn import functional as F

from networks_small import dcgan_discriminator, dcgan_generator, singan_network


def numbers(stream, shape, scale, shift=0.0):
    """Uniform numbers with mean `shift` and standard deviation `scale`: hashes of their indices."""
    count = 1
    for extent in shape:
        count *= extent
    x = (torch.arange(count, dtype=torch.int64) + 1 + 1000003 * stream) & 0xffffffff
    for factor, bits in ((0x297a2d39, 15), (0x2c1b3c6d, 12), (0x297a2d39, 15)):
        x = x ^ (x >> bits)
        x = (x * factor) & 0xffffffff
    x = x ^ (x >> 15)
    return (((x >> 8).double() / 2 ** 24 - 0.5) * (12 ** 0.5) * scale + shift).float().reshape(shape)


def placed(network, stream):
    """Sets the weights: convolutions with mean 0 and deviation 0.02, batch norm's scales with 1 and 0.02, biases 0."""
    with torch.no_grad():
        for i, p in enumerate(network.parameters()):
            p.copy_(numbers(stream + i, p.shape, 0.02) if p.dim() == 4 else torch.zeros_like(p))
        for i, m in enumerate(m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)):
            m.weight.copy_(numbers(stream + 100 + i, m.weight.shape, 0.02, 1.0))
    return network


def slope(critic, real, fake, mix):
    """The gradient of the sum of scores at blends of real and fake; it is differentiable."""
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    return torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]


class Dcgan:
    """An update of the discriminator on real and fake, then one of the generator."""
    batch, has_penalty = 64, False

    def __init__(self, _, settings):
        self.settings = settings
        self.g, self.d = placed(dcgan_generator(), 1000), placed(dcgan_discriminator(True), 2000)
        self.networks = [self.g, self.d]
        self.inputs = [numbers(1, (self.batch, 3, 32, 32), 0.5), numbers(2, (self.batch, 64, 1, 1), 1)]

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n) for n in (self.g, self.d))

    def step(self, real, z):
        bce = F.binary_cross_entropy_with_logits
        ones, zeros = torch.ones(self.batch, 1, 1, 1), torch.zeros(self.batch, 1, 1, 1)
        with self.settings.autocast():
            fake = self.g(z)
        self.d.requires_grad_(True)
        self.adam_d.zero_grad(set_to_none=True)
        with self.settings.autocast():
            loss_d = bce(self.d(real), ones) + bce(self.d(fake.detach()), zeros)
        loss_d.backward()
        self.adam_d.step()
        self.d.requires_grad_(False)
        self.adam_g.zero_grad(set_to_none=True)
        with self.settings.autocast():
            loss_g = bce(self.d(fake), ones)
        loss_g.backward()
        self.adam_g.step()
        return loss_d, loss_g


class WganGp:
    """Five updates of the critic with the gradient penalty, then one of the generator."""
    batch, turns, has_penalty = 16, 5, True

    def __init__(self, _, settings):
        self.settings = settings
        self.g, self.d = placed(dcgan_generator(), 1000), placed(dcgan_discriminator(False), 2000)
        self.networks = [self.g, self.d]
        self.inputs = ([numbers(1 + i, (self.batch, 3, 32, 32), 0.5) for i in range(self.turns)]
                       + [numbers(10 + i, (self.batch, 64, 1, 1), 1) for i in range(self.turns + 1)]
                       + [numbers(20 + i, (self.batch, 1, 1, 1), 12 ** -0.5, 0.5) for i in range(self.turns)])

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n, lr=1e-4, betas=(0.0, 0.9)) for n in (self.g, self.d))

    def step(self, *inputs):
        reals, noise, mixes = inputs[:self.turns], inputs[self.turns:-self.turns], inputs[-self.turns:]
        self.d.requires_grad_(True)
        for real, z, mix in zip(reals, noise, mixes):
            self.adam_d.zero_grad(set_to_none=True)
            with self.settings.autocast():
                with torch.no_grad():
                    fake = self.g(z).float()
                scores = self.d(torch.cat((fake, real)))
                loss = scores[:self.batch].mean() - scores[self.batch:].mean()
                lengths = slope(self.d, real, fake, mix).float().flatten(1).norm(dim=1)
                loss = loss + 10 * ((lengths - 1) ** 2).mean()
            loss.backward()
            self.adam_d.step()
        self.d.requires_grad_(False)
        self.adam_g.zero_grad(set_to_none=True)
        with self.settings.autocast():
            loss_g = -self.d(self.g(noise[-1])).mean()
        loss_g.backward()
        self.adam_g.step()
        return loss, loss_g


class SinGan:
    """An iteration of a level above the coarsest: three updates of the discriminator, each with its penalty, three of the generator."""
    batch, turns, has_penalty = 1, 3, True
    border, amplitude = 5, 0.1

    def __init__(self, size, settings):
        self.settings = settings
        self.g, self.d = placed(singan_network(3), 1000), placed(singan_network(1), 2000)
        self.networks = [self.g, self.d]
        picture = (1, 3, size, size)
        # The picture, its reconstruction from the level below, the noise; then for each turn a picture of the levels below, and a blend.
        self.inputs = ([numbers(1, picture, 0.5), numbers(2, picture, 0.5), numbers(3, picture, 1)]
                       + [numbers(10 + i, picture, 0.5) for i in range(self.turns)]
                       + [numbers(20 + i, (1, 1, 1, 1), 12 ** -0.5, 0.5) for i in range(self.turns)])

    def start(self):
        self.adam_g, self.adam_d = (self.settings.adam(n, lr=5e-4) for n in (self.g, self.d))

    def generate(self, x, y):
        return self.g(F.pad(x, (self.border,) * 4)).float() + y

    def step(self, real, below, z, *rest):
        drawn, mixes = rest[:self.turns], rest[self.turns:]
        self.d.requires_grad_(True)
        for prev, mix in zip(drawn, mixes):
            self.adam_d.zero_grad(set_to_none=True)
            with self.settings.autocast():
                with torch.no_grad():
                    fake = self.generate(self.amplitude * z + prev, prev)
                loss_d = self.d(fake).float().mean() - self.d(real).float().mean()
                lengths = slope(self.d, real, fake, mix).float().norm(dim=1)
                loss_d = loss_d + 0.1 * ((lengths - 1) ** 2).mean()
            loss_d.backward()
            self.adam_d.step()
        self.d.requires_grad_(False)
        for _ in range(self.turns):
            self.adam_g.zero_grad(set_to_none=True)
            with self.settings.autocast():
                fake = self.generate(self.amplitude * z + drawn[-1], drawn[-1])
                loss_g = -self.d(fake).float().mean() + 10 * F.mse_loss(self.generate(below, below), real)
            loss_g.backward()
            self.adam_g.step()
        return loss_d, loss_g


STEPS = {"dcgan": Dcgan, "wgan-gp": WganGp, "singan": SinGan}
