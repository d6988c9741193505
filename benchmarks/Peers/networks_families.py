"""The networks of the families' small presets in PyTorch, with the widths and depths of `--preset small`."""
import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm


class ResidualBlock(nn.Module):
    """Reflection padding, instance norm, no activation after the sum: for CUT and pix2pixHD."""

    def __init__(self, width):
        super().__init__()
        self.block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x):
        return x + self.block(x)


def patch_layers(channels, ndf, layers):
    """The PatchGAN of pix2pix and its successors: layers of stride 2 with instance norm, one of stride 1, then the scores."""
    parts, width = [nn.Conv2d(channels, ndf, 4, 2, 1), nn.LeakyReLU(0.2, True)], ndf
    for n in range(1, layers + 1):
        wider = ndf * min(2 ** n, 8)
        parts += [nn.Conv2d(width, wider, 4, 2 if n < layers else 1, 1), nn.InstanceNorm2d(wider), nn.LeakyReLU(0.2, True)]
        width = wider
    return nn.Sequential(*parts, nn.Conv2d(width, 1, 4, 1, 1))


# CUT


class Blur(nn.Module):
    """Halves or doubles the size with a binomial filter, channel by channel."""

    def __init__(self, channels, up):
        super().__init__()
        self.up = up
        row = torch.tensor([1.0, 3.0, 3.0, 1.0] if up else [1.0, 2.0, 1.0]) / 4
        self.register_buffer("kernel", (row[:, None] * row).repeat(channels, 1, 1, 1))

    def forward(self, x):
        groups = x.shape[1]
        if not self.up:
            return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), self.kernel, stride=2, groups=groups)
        y = F.conv_transpose2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), self.kernel, stride=2, padding=2, groups=groups)
        return y[:, :, 1:-1, 1:-1]


class CutGenerator(nn.Module):
    compared = (0, 4, 8, 12)

    def __init__(self, ngf=16, blocks=4):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, ngf, 7), nn.InstanceNorm2d(ngf), nn.ReLU()]
        for width in (ngf, 2 * ngf):
            layers += [nn.Conv2d(width, 2 * width, 3, 1, 1), nn.InstanceNorm2d(2 * width), nn.ReLU(), Blur(2 * width, up=False)]
        layers += [ResidualBlock(4 * ngf) for _ in range(blocks)]
        for width in (4 * ngf, 2 * ngf):
            layers += [Blur(width, up=True), nn.Conv2d(width, width // 2, 3, 1, 1), nn.InstanceNorm2d(width // 2), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(ngf, 3, 7), nn.Tanh())

    def forward(self, x, encode_only=False):
        """The picture and the features of the compared layers; or the features alone."""
        features = []
        for index, layer in enumerate(self.model):
            x = layer(x)
            if index in self.compared:
                features.append(x)
                if encode_only and index == self.compared[-1]:
                    return features
        return x, features


class CutDiscriminator(nn.Module):
    def __init__(self, ndf=16, layers=2):
        super().__init__()
        parts, width = [nn.Conv2d(3, ndf, 4, 1, 1), nn.LeakyReLU(0.2, True), Blur(ndf, up=False)], ndf
        for level in range(1, layers + 1):
            parts += [nn.Conv2d(width, 2 * width, 4, 1, 1), nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2, True)]
            parts += [Blur(2 * width, up=False)] if level < layers else []
            width *= 2
        self.model = nn.Sequential(*parts, nn.Conv2d(width, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class CutProjection(nn.Module):
    def __init__(self, ngf=16, nnf=256):
        super().__init__()
        self.mlps = nn.ModuleList(
            nn.Sequential(nn.Linear(channels, nnf), nn.ReLU(), nn.Linear(nnf, nnf)) for channels in (3, 2 * ngf, 4 * ngf, 4 * ngf))

    def forward(self, index, x, places):
        vectors = self.mlps[index](x.flatten(2)[:, :, places].permute(0, 2, 1).flatten(0, 1))
        return vectors / (vectors.norm(dim=1, keepdim=True) + 1e-7)


# UNSB


class TimeEmbedding(nn.Module):
    def __init__(self, numbers):
        super().__init__()
        self.rates = torch.exp(-math.log(10000) * torch.arange(numbers // 2) / (numbers // 2 - 1))
        self.main = nn.Sequential(nn.Linear(numbers, numbers), nn.LeakyReLU(0.2), nn.Linear(numbers, numbers), nn.LeakyReLU(0.2))

    def forward(self, time):
        angles = time * self.rates
        return self.main(torch.cat([angles.sin(), angles.cos()])[None])


class UnsbBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.before = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))
        self.style, self.time = nn.Linear(width, 2 * width), nn.Linear(width, width)
        self.after = nn.Sequential(nn.ReLU(), nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x, code, time):
        scale, shift = self.style(code)[..., None, None].chunk(2, 1)
        return x + self.after((1 + scale) * self.before(x) + shift + self.time(time)[..., None, None])


class UnsbGenerator(nn.Module):
    """CUT's generator with a code and the time in its blocks."""
    compared = CutGenerator.compared

    def __init__(self, ngf=16, blocks=4):
        super().__init__()
        layers = CutGenerator(ngf, blocks=0).model
        self.encoder, self.decoder = layers[:12], layers[12:]
        self.blocks = nn.ModuleList(UnsbBlock(4 * ngf) for _ in range(blocks))
        self.mapping = nn.Sequential(*(layer for _ in range(4) for layer in (nn.Linear(4 * ngf, 4 * ngf), nn.LeakyReLU(0.2))))
        self.embedding, self.code = TimeEmbedding(4 * ngf), 4 * ngf

    def conditions(self, time, z):
        return self.mapping(z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()), self.embedding(time)

    def forward(self, x, time, z):
        code, embedded = self.conditions(time, z)
        x = self.encoder(x)
        for block in self.blocks:
            x = block(x, code, embedded)
        return self.decoder(x)

    def features(self, x, z):
        """Those of the compared layers at time 0."""
        code, embedded = self.conditions(0, z)
        found = []
        for index in range(self.compared[-1] + 1):
            x = self.encoder[index](x) if index < len(self.encoder) else self.blocks[index - len(self.encoder)](x, code, embedded)
            if index in self.compared:
                found.append(x)
        return found


class TimedDiscriminator(nn.Module):
    """CUT's discriminator, with the time after its first layer."""

    def __init__(self, channels, ndf=16):
        super().__init__()
        self.first, self.rest = nn.Conv2d(channels, ndf, 4, 1, 1), CutDiscriminator(ndf).model[1:]
        self.embedding, self.time = TimeEmbedding(4 * ndf), nn.Linear(4 * ndf, ndf)

    def forward(self, x, time):
        return self.rest(self.first(x) + self.time(self.embedding(time))[..., None, None])


# pix2pixHD


class GlobalGenerator(nn.Module):
    def __init__(self, channels, ngf=16, halvings=2, blocks=4):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, ngf, 7), nn.InstanceNorm2d(ngf), nn.ReLU(True)]
        widths = [ngf * 2 ** i for i in range(halvings)]
        for width in widths:
            layers += [nn.Conv2d(width, 2 * width, 3, 2, 1), nn.InstanceNorm2d(2 * width), nn.ReLU(True)]
        layers += [ResidualBlock(ngf * 2 ** halvings) for _ in range(blocks)]
        for width in reversed(widths):
            layers += [nn.ConvTranspose2d(2 * width, width, 3, 2, 1, 1), nn.InstanceNorm2d(width), nn.ReLU(True)]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(ngf, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class ScaleDiscriminators(nn.Module):
    """For each scale the outputs of all layers, the scores last."""

    def __init__(self, channels, ndf=16, layers=2, scales=2):
        super().__init__()
        self.scales = nn.ModuleList(self.one(channels, ndf, layers) for _ in range(scales))

    @staticmethod
    def one(channels, width, layers):
        parts = [nn.Sequential(nn.Conv2d(channels, width, 4, 2, 2), nn.LeakyReLU(0.2))]
        for layer in range(1, layers + 1):
            stride = 2 if layer < layers else 1
            parts.append(nn.Sequential(nn.Conv2d(width, 2 * width, 4, stride, 2), nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2)))
            width *= 2
        return nn.ModuleList([*parts, nn.Conv2d(width, 1, 4, 1, 2)])

    def forward(self, x):
        result = []
        for scale in self.scales:
            outputs, y = [], x
            for layer in scale:
                y = layer(y)
                outputs.append(y)
            result.append(outputs)
            x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return result


# Bridge matching


class TimedNorm(nn.Module):
    def __init__(self, channels, embedding):
        super().__init__()
        self.gamma, self.beta = nn.Linear(embedding, channels), nn.Linear(embedding, channels)

    def forward(self, x, time):
        return F.instance_norm(x) * (1 + self.gamma(time)[:, :, None, None]) + self.beta(time)[:, :, None, None]


class TimedBlock(nn.Module):
    def __init__(self, outer, inside, out, embedding, inner=None, outermost=False):
        super().__init__()
        self.outermost, self.inner = outermost, inner
        down = nn.Conv2d(outer, inside, 4, 2, 1, bias=outermost or inner is None)
        self.down = nn.Sequential(*([] if outermost else [nn.LeakyReLU(0.2)]), down)
        self.down_norm = None if outermost or inner is None else TimedNorm(inside, embedding)
        up = nn.ConvTranspose2d(inside if inner is None else 2 * inside, out, 4, 2, 1, bias=outermost)
        self.up = nn.Sequential(nn.ReLU(), up, *([nn.Tanh()] if outermost else []))
        self.up_norm = None if outermost else TimedNorm(out, embedding)

    def forward(self, x, time):
        y = self.down(x)
        y = self.down_norm(y, time) if self.down_norm is not None else y
        y = self.up(self.inner(y, time) if self.inner is not None else y)
        return y if self.outermost else torch.cat([self.up_norm(y, time), x], 1)


class BridgeGenerator(nn.Module):
    def __init__(self, ngf=32, downs=6, embedding=32):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(8, embedding), nn.SiLU())
        widths, block = [ngf * min(2 ** level, 8) for level in range(downs)], None
        for level in reversed(range(downs)):
            outer, out = (widths[level - 1], widths[level - 1]) if level else (6, 3)
            block = TimedBlock(outer, widths[level], out, embedding, block, outermost=level == 0)
        self.model = block

    def forward(self, z, a, t):
        waves = torch.cat([wave(torch.pi * k * t) for k in (1, 2, 4, 8) for wave in (torch.sin, torch.cos)], 1)
        return self.model(torch.cat([z, a], 1), self.time(waves))


# BicycleGAN


def with_planes(x, vector):
    return torch.cat([x, vector[:, :, None, None].expand(-1, -1, x.shape[2], x.shape[3]).to(x.dtype)], 1)


class CodeBlock(nn.Module):
    def __init__(self, outer, inside, code, inner=None, outermost=False, drops=False):
        super().__init__()
        self.outermost, self.inner = outermost, inner
        down = nn.Conv2d(outer + code, inside, 4, 2, 1)
        norm = [] if outermost or inner is None else [nn.InstanceNorm2d(inside)]
        self.down = nn.Sequential(*([] if outermost else [nn.LeakyReLU(0.2)]), down, *norm)
        up = nn.ConvTranspose2d(inside if inner is None else 2 * inside, outer, 4, 2, 1)
        self.up = nn.Sequential(nn.ReLU(), up, *([nn.Tanh()] if outermost else [nn.InstanceNorm2d(outer)]), *([nn.Dropout(0.5)] if drops else []))

    def forward(self, x, code):
        y = self.down(with_planes(x, code))
        y = self.up(self.inner(y, code) if self.inner is not None else y)
        return y if self.outermost else torch.cat([y, x], 1)


class CodeUNet(nn.Module):
    def __init__(self, ngf=16, downs=6, nz=4):
        super().__init__()
        widths, block = [ngf * min(2 ** level, 8) for level in range(downs)], None
        for level in reversed(range(downs)):
            block = CodeBlock(
                3 if level == 0 else widths[level - 1], widths[level], nz, block, outermost=level == 0, drops=4 <= level < downs - 1)
        self.model = block

    def forward(self, x, code):
        return self.model(x, code)


class EncoderBlock(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.conv = nn.Sequential(
            nn.InstanceNorm2d(a), nn.LeakyReLU(0.2), nn.Conv2d(a, a, 3, 1, 1),
            nn.InstanceNorm2d(a), nn.LeakyReLU(0.2), nn.Conv2d(a, b, 3, 1, 1), nn.AvgPool2d(2))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(a, b, 1))

    def forward(self, x):
        return self.conv(x) + self.shortcut(x)


class CodeEncoder(nn.Module):
    def __init__(self, nef=16, blocks=3, nz=4):
        super().__init__()
        widths = [nef * min(4, n) for n in range(1, blocks + 1)]
        self.conv = nn.Sequential(
            nn.Conv2d(3, nef, 4, 2, 1), *(EncoderBlock(a, b) for a, b in zip(widths, widths[1:])), nn.LeakyReLU(0.2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.mean, self.log_variance = nn.Linear(widths[-1], nz), nn.Linear(widths[-1], nz)

    def forward(self, x):
        y = self.conv(x)
        return self.mean(y), self.log_variance(y)


class TwoScaleJudge(nn.Module):
    """Scores of a picture, and of the same at half size by a network of half the width."""

    def __init__(self, ndf=16, layers=2):
        super().__init__()
        self.full, self.smaller = patch_layers(3, ndf, layers), patch_layers(3, ndf // 2, layers)

    def forward(self, x):
        return self.full(x), self.smaller(F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))


# StarGAN


class LabelBlock(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.InstanceNorm2d(n, affine=True), nn.ReLU(True),
            nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.InstanceNorm2d(n, affine=True))

    def forward(self, x):
        return x + self.main(x)


class LabelGenerator(nn.Module):
    def __init__(self, labels, n=16, blocks=3):
        super().__init__()
        parts = [nn.Conv2d(3 + labels, n, 7, 1, 3, bias=False), nn.InstanceNorm2d(n, affine=True), nn.ReLU(True)]
        for w in (n, 2 * n):
            parts += [nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), nn.InstanceNorm2d(2 * w, affine=True), nn.ReLU(True)]
        parts += [LabelBlock(4 * n) for _ in range(blocks)]
        for w in (4 * n, 2 * n):
            parts += [nn.ConvTranspose2d(w, w // 2, 4, 2, 1, bias=False), nn.InstanceNorm2d(w // 2, affine=True), nn.ReLU(True)]
        self.main = nn.Sequential(*parts, nn.Conv2d(n, 3, 7, 1, 3, bias=False), nn.Tanh())

    def forward(self, x, label):
        return self.main(with_planes(x, label))


class ClassifyingJudge(nn.Module):
    def __init__(self, labels, n=16, layers=5, side=64):
        super().__init__()
        parts = [nn.Conv2d(3, n, 4, 2, 1), nn.LeakyReLU(0.01)]
        for _ in range(1, layers):
            parts += [nn.Conv2d(n, 2 * n, 4, 2, 1), nn.LeakyReLU(0.01)]
            n *= 2
        self.main = nn.Sequential(*parts)
        self.scores = nn.Conv2d(n, 1, 3, 1, 1, bias=False)
        self.classes = nn.Conv2d(n, labels, side >> layers, bias=False)

    def forward(self, x):
        y = self.main(x)
        return self.scores(y), self.classes(y).flatten(1)


# SPADE


class SpadeNorm(nn.Module):
    def __init__(self, channels, planes, hidden):
        super().__init__()
        self.norm = nn.InstanceNorm2d(channels)
        self.shared = nn.Sequential(nn.Conv2d(planes, hidden, 3, padding=1), nn.ReLU(True))
        self.gamma, self.beta = (nn.Conv2d(hidden, channels, 3, padding=1) for _ in range(2))

    def forward(self, x, labels):
        hidden = self.shared(F.interpolate(labels, size=x.shape[2:], mode="nearest"))
        return self.norm(x) * (1 + self.gamma(hidden)) + self.beta(hidden)


class SpadeBlock(nn.Module):
    def __init__(self, a, b, planes, hidden):
        super().__init__()
        middle = min(a, b)
        self.conv_0 = spectral_norm(nn.Conv2d(a, middle, 3, padding=1))
        self.conv_1 = spectral_norm(nn.Conv2d(middle, b, 3, padding=1))
        self.norm_0, self.norm_1 = SpadeNorm(a, planes, hidden), SpadeNorm(middle, planes, hidden)
        self.learned = a != b
        if self.learned:
            self.conv_s, self.norm_s = spectral_norm(nn.Conv2d(a, b, 1, bias=False)), SpadeNorm(a, planes, hidden)

    def forward(self, x, labels):
        around = self.conv_s(self.norm_s(x, labels)) if self.learned else x
        y = self.conv_0(F.leaky_relu(self.norm_0(x, labels), 0.2))
        return around + self.conv_1(F.leaky_relu(self.norm_1(y, labels), 0.2))


class SpadeGenerator(nn.Module):
    """Four upsamplings ("few")."""

    def __init__(self, planes, width=16, hidden=32):
        super().__init__()
        self.first = nn.Conv2d(planes, 16 * width, 3, padding=1)
        self.low = nn.ModuleList(SpadeBlock(16 * width, 16 * width, planes, hidden) for _ in range(3))
        self.up = nn.ModuleList(SpadeBlock(2 * n * width, n * width, planes, hidden) for n in (8, 4, 2, 1))
        self.last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, labels):
        x = self.first(F.interpolate(labels, size=(labels.shape[2] // 16, labels.shape[3] // 16), mode="nearest"))
        for block in self.low:
            x = block(x, labels)
        for block in self.up:
            x = block(F.interpolate(x, scale_factor=2, mode="nearest"), labels)
        return torch.tanh(self.last(F.leaky_relu(x, 0.2)))


class SpectralDiscriminators(nn.Module):
    """For each scale the outputs of all layers, the scores last; all layers but the first and the last have spectral norm."""

    def __init__(self, channels, ndf=16, layers=3, scales=2):
        super().__init__()
        self.scales = nn.ModuleList(self.one(channels, ndf, layers) for _ in range(scales))

    @staticmethod
    def one(channels, width, layers):
        parts = [nn.Sequential(nn.Conv2d(channels, width, 4, 2, 2), nn.LeakyReLU(0.2))]
        for layer in range(1, layers):
            convolution = nn.Conv2d(width, 2 * width, 4, 1 if layer == layers - 1 else 2, 2, bias=False)
            parts.append(nn.Sequential(spectral_norm(convolution), nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2)))
            width *= 2
        return nn.ModuleList([*parts, nn.Conv2d(width, 1, 4, 1, 2)])

    forward = ScaleDiscriminators.forward


# DiscoGAN


class Rescale(nn.Module):
    def __init__(self, scale, shift):
        super().__init__()
        self.scale, self.shift = scale, shift

    def forward(self, x):
        return self.scale * x + self.shift


def disco_generator(width=16, downs=3):
    layers = [Rescale(0.5, 0.5), nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    for w in (width << level for level in range(downs - 1)):
        layers += [nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * w), nn.LeakyReLU(0.2, True)]
    for w in (width << level for level in reversed(range(downs - 1))):
        layers += [nn.ConvTranspose2d(2 * w, w, 4, 2, 1, bias=False), nn.BatchNorm2d(w), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Sigmoid(), Rescale(2, -1))


class DiscoDiscriminator(nn.Module):
    """Scores, and the features of the downsampling layers from the second on."""

    def __init__(self, width=16, downs=3):
        super().__init__()
        self.first = nn.Sequential(Rescale(0.5, 0.5), nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True))
        self.inner = nn.ModuleList(
            nn.Sequential(nn.Conv2d(w, 2 * w, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * w), nn.LeakyReLU(0.2, True))
            for w in (width << level for level in range(downs - 1)))
        self.last = nn.Conv2d(width << (downs - 1), 1, 4, bias=False)

    def forward(self, x):
        features = [self.first(x)]
        for stage in self.inner:
            features.append(stage(features[-1]))
        return self.last(features[-1]), features[1:]


# DualGAN


class SameDown(nn.Conv2d):
    """Halves the size with TensorFlow's SAME padding: the smaller part is above and left."""

    def __init__(self, a, b, kernel):
        super().__init__(a, b, kernel, 2)
        self.border = ((kernel - 2) // 2, kernel - 2 - (kernel - 2) // 2) * 2

    def forward(self, x):
        return super().forward(F.pad(x, self.border))


class SameUp(nn.ConvTranspose2d):
    """Doubles the size, cropped as SAME padding requires."""

    def __init__(self, a, b, kernel):
        super().__init__(a, b, kernel, 2)
        self.before = (kernel - 2) // 2

    def forward(self, x):
        i, y = self.before, super().forward(x)
        return y[:, :, i:i + 2 * x.shape[2], i:i + 2 * x.shape[3]]


def dual_norm(channels):
    return nn.InstanceNorm2d(channels, eps=1e-6, affine=True)


class DualGenerator(nn.Module):
    def __init__(self, width=16, downs=6):
        super().__init__()
        widths = [width * min(2 ** level, 8) for level in range(downs)]
        self.down = nn.ModuleList([SameDown(3, width, 5)])
        for level in range(1, downs):
            layers = [nn.LeakyReLU(0.2), SameDown(widths[level - 1], widths[level], 3)]
            self.down.append(nn.Sequential(*layers, *([dual_norm(widths[level])] if level < downs - 1 else [])))
        self.up = nn.ModuleList()
        for level in reversed(range(1, downs)):
            read = widths[level] * (1 if level == downs - 1 else 2)
            self.up.append(nn.Sequential(nn.ReLU(), SameUp(read, widths[level - 1], 3), dual_norm(widths[level - 1])))
        self.up.append(nn.Sequential(nn.ReLU(), SameUp(2 * width, 3, 5), nn.Tanh()))

    def forward(self, x):
        left = []
        for stage in self.down:
            x = stage(x)
            left.append(x)
        left.pop()
        for stage in self.up:
            x = stage(x)
            if left:
                x = torch.cat([x, left.pop()], 1)
        return x


def dual_critic(side, width=16, layers=4):
    parts = [SameDown(3, width, 5), nn.LeakyReLU(0.2)]
    for level in range(1, layers):
        a, b = (width * min(2 ** n, 8) for n in (level - 1, level))
        parts += [SameDown(a, b, 3), dual_norm(b), nn.LeakyReLU(0.2)]
    last = width * min(2 ** (layers - 1), 8)
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(last * (side >> layers) ** 2, 1))
