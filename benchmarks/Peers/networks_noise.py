"""The networks of the families that generate pictures from noise, in PyTorch, with the widths and depths of `--preset small`."""
import torch
from torch import nn
from torch.nn import functional as F


class Shaped(nn.Module):
    """Reshapes a batch of vectors to pictures, or back."""

    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


class Scaled(nn.Module):
    """Maps colours from one range to another."""

    def __init__(self, scale, shift):
        super().__init__()
        self.scale, self.shift = scale, shift

    def forward(self, x):
        return x * self.scale + self.shift


def perceptron(inputs, widths, activation, norms=(), dropout=0):
    """Hidden layers; those in `norms` have batch norm. Returns the layers and the width of the last."""
    layers = []
    for i, width in enumerate(widths):
        layers += [nn.Linear(inputs, width), *([nn.BatchNorm1d(width)] if i in norms else []), activation()]
        layers += [nn.Dropout(dropout)] if dropout else []
        inputs = width
    return layers, inputs


def leaky():
    return nn.LeakyReLU(0.2)


# GAN, EBGAN, MAD-GAN: perceptrons for gray pictures of 16 pixels

def gan_networks(pixels=256, code=64):
    generator, inside = perceptron(code, (128, 256), leaky, norms=(1,))
    judge, last = perceptron(pixels, (256, 128), leaky)
    return (
        nn.Sequential(*generator, nn.Linear(inside, pixels), nn.Tanh(), Shaped(1, 16, 16)),
        nn.Sequential(nn.Flatten(), *judge, nn.Linear(last, 1)))


class EnergyJudge(nn.Module):
    """The energies [N] of pictures (squared reconstruction errors of the auto-encoder), and their codes."""

    def __init__(self, pixels=256, width=128):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(pixels, width), nn.ReLU())
        self.decoder = nn.Sequential(nn.Linear(width, pixels), nn.Sigmoid())

    def forward(self, x):
        seen = (x.flatten(1) + 1) / 2
        code = self.encoder(seen)
        return ((self.decoder(code).float() - seen) ** 2).sum(1), code.float()


def ebgan_networks(pixels=256, code=100):
    layers, inside = perceptron(code, (400, 400), nn.ReLU, norms=(0, 1))
    generator = nn.Sequential(*layers, nn.Linear(inside, pixels), nn.Sigmoid(), Scaled(2, -1), Shaped(1, 16, 16))
    return generator, EnergyJudge(pixels)


def madgan_networks(generators, pixels=256, code=64):
    def generator():
        layers, inside = perceptron(code, (128, 256), nn.ReLU)
        return nn.Sequential(*layers, nn.Linear(inside, pixels), nn.Sigmoid(), Scaled(2, -1), Shaped(1, 16, 16))

    judge, last = perceptron(pixels, (256, 128), leaky, dropout=0.3)
    return [generator() for _ in range(generators)], nn.Sequential(nn.Flatten(), Scaled(0.5, 0.5), *judge, nn.Linear(last, generators + 1))


# LAPGAN: levels of 8, 16 and 32 pixels

def lapgan_networks(side, width=16, code=100, base=8):
    """Generators and discriminators, the coarsest first; the others also take a picture as input."""
    pixels, sides = 3 * base * base, [base]
    while sides[-1] < side:
        sides.append(2 * sides[-1])
    first = nn.Sequential(
        nn.Linear(code, 400), nn.ReLU(), nn.Linear(400, 400), nn.Sigmoid(), nn.Linear(400, pixels), Shaped(3, base, base))
    judge, last = perceptron(pixels, (200, 200), nn.ReLU)
    generators, judges = [first], [nn.Sequential(nn.Flatten(), *judge, nn.Linear(last, 1))]
    for finer in sides[1:]:
        behind = (finer - 9) // 2 + 1
        generators.append(nn.Sequential(
            nn.Conv2d(4, width, 7, 1, 3), nn.ReLU(), nn.Conv2d(width, width, 7, 1, 3), nn.ReLU(), nn.Conv2d(width, 3, 5, 1, 2)))
        judges.append(nn.Sequential(
            nn.Conv2d(3, width, 5), nn.ReLU(), nn.Conv2d(width, width, 5, 2), nn.Flatten(), nn.ReLU(), nn.Linear(width * behind ** 2, 1)))
    return generators, judges


# PGGAN: weights are scaled in each forward

class EqualConv(nn.Conv2d):
    def __init__(self, inputs, outputs, kernel, gain=2 ** 0.5):
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)
        self.scale = gain / (inputs * kernel * kernel) ** 0.5

    def forward(self, x):
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class EqualOpening(nn.ConvTranspose2d):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 4)
        self.scale = (2 / (inputs * 16)) ** 0.5

    def forward(self, x):
        return F.conv_transpose2d(x, self.weight * self.scale, self.bias)


class EqualLinear(nn.Linear):
    def __init__(self, inputs, outputs, gain=2 ** 0.5):
        super().__init__(inputs, outputs)
        self.scale = gain / inputs ** 0.5

    def forward(self, x):
        return F.linear(x, self.weight * self.scale, self.bias)


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-8)


class Deviation(nn.Module):
    """Minibatch standard deviation over groups of four, as an additional channel."""

    def forward(self, x):
        groups = x.reshape(4, len(x) // 4, *x.shape[1:])
        deviation = torch.sqrt(groups.float().var(0, unbiased=False) + 1e-8).mean((1, 2, 3))
        return torch.cat([x, deviation.repeat(4)[:, None, None, None].expand(-1, 1, *x.shape[2:])], 1)


def pggan_networks(levels, code=32, base=256, most=32):
    """Grown to the last level. The layers that convert pictures at lower levels are unused, but count as parameters."""
    widths = [min(base >> stage, most) for stage in range(levels + 1)]
    layers = [Shaped(code, 1, 1), PixelNorm(), EqualOpening(code, widths[1]), leaky(), PixelNorm()]
    critic = []
    for level in range(levels):
        inside, width = widths[level], widths[level + 1]
        if level > 0:
            layers += [nn.Upsample(scale_factor=2), EqualConv(inside, width, 3), leaky(), PixelNorm()]
            critic = [EqualConv(width, width, 3), leaky(), EqualConv(width, inside, 3), nn.AvgPool2d(2), leaky(), *critic]
        layers += [EqualConv(width, width, 3), leaky(), PixelNorm()]
    coarsest = widths[1]
    critic = [
        EqualConv(3, widths[-1], 1), leaky(), *critic, Deviation(), EqualConv(coarsest + 1, coarsest, 3), leaky(), nn.Flatten(),
        EqualLinear(16 * coarsest, widths[0]), leaky(), EqualLinear(widths[0], 1, 1.0)]
    below = nn.ModuleList([EqualConv(w, 3, 1, 1.0) for w in widths[1:-1]] + [EqualConv(3, w, 1) for w in widths[1:-1]])
    return nn.Sequential(*layers, EqualConv(widths[-1], 3, 1, 1.0)), nn.Sequential(*critic), below


# BEGAN and GMAN: TensorFlow's SAME borders

class HalvingBelow(nn.Conv2d):
    """Stride 2; for even sides the padding is below and right."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 3, 2)

    def forward(self, x):
        return super().forward(F.pad(x, (0, 1, 0, 1)))


class DoublingAbove(nn.ConvTranspose2d):
    """Stride 2, kernel 5: of the three surplus rows and columns, one is cropped above and left."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs, 5, 2)

    def forward(self, x):
        return super().forward(x)[:, :, 1:-2, 1:-2]


def conv3(inputs, outputs, bias=True):
    return nn.Conv2d(inputs, outputs, 3, 1, 1, bias=bias)


def began_decoder(levels=3, width=16, code=64):
    layers = [nn.Linear(code, width * 64), Shaped(width, 8, 8)]
    for level in range(levels):
        layers += [conv3(width, width), nn.ELU(), conv3(width, width), nn.ELU()]
        layers += [nn.Upsample(scale_factor=2)] if level < levels - 1 else []
    return nn.Sequential(*layers, conv3(width, 3))


def began_auto_encoder(levels=3, width=16, code=64):
    layers, inside = [conv3(3, width), nn.ELU()], width
    for level in range(1, levels + 1):
        wider = level * width
        layers += [conv3(inside, wider), nn.ELU(), conv3(wider, wider), nn.ELU()]
        layers += [HalvingBelow(wider, wider), nn.ELU()] if level < levels else []
        inside = wider
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(inside * 64, code), began_decoder(levels, width, code))


def gman_generator(width=64, code=100):
    return nn.Sequential(
        Shaped(code, 1, 1), nn.ConvTranspose2d(code, width, 3, 4, output_padding=1), nn.BatchNorm2d(width, eps=1e-3), nn.ReLU(),
        DoublingAbove(width, width // 2), nn.BatchNorm2d(width // 2, eps=1e-3), nn.ReLU(),
        DoublingAbove(width // 2, width // 4), nn.BatchNorm2d(width // 4, eps=1e-3), nn.ReLU(), DoublingAbove(width // 4, 1), nn.Tanh())


def gman_judge(width=64):
    return nn.Sequential(
        HalvingBelow(1, width // 4), leaky(), HalvingBelow(width // 4, width // 2), leaky(), conv3(width // 2, width), leaky(),
        nn.Flatten(), nn.Linear(width * 64, 1))


# Triple-GAN

class ToldGenerator(nn.Module):
    def __init__(self, classes, code=100, widths=(250, 250), pixels=256):
        super().__init__()
        self.blocks, inputs = nn.ModuleList(), code
        for width in widths:
            self.blocks.append(nn.Sequential(nn.Linear(inputs + classes, width, bias=False), nn.BatchNorm1d(width), nn.Softplus()))
            inputs = width
        self.blocks.append(nn.Sequential(nn.utils.weight_norm(nn.Linear(inputs + classes, pixels)), nn.Sigmoid()))

    def forward(self, z, labels):
        for block in self.blocks:
            z = block(torch.cat([z, labels], 1))
        return z.reshape(-1, 1, 16, 16) * 2 - 1


class Directions(nn.Module):
    """A linear layer whose weight has rows of norm 1."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * 0.1)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.linear(x, self.weight / self.weight.norm(dim=1, keepdim=True), self.bias)


class PairJudge(nn.Module):
    """Adds noise to the layers' inputs; each layer also gets the label, the second one twice."""

    def __init__(self, classes, widths=(500, 250, 125, 125, 125), pixels=256):
        super().__init__()
        self.hidden, inputs = nn.ModuleList(), pixels
        for i, width in enumerate(widths):
            self.hidden.append(Directions(inputs + (2 * classes if i == 1 else classes), width))
            inputs = width
        self.last = nn.Linear(inputs + classes, 1)

    def forward(self, x, labels):
        x = (x.flatten(1) + 1) / 2
        for i, layer in enumerate(self.hidden):
            x = torch.cat([x, labels], 1) if i == 1 else x
            x = F.relu(layer(torch.cat([x + torch.randn_like(x) * (0.5 if i else 0.3), labels], 1)))
        return self.last(torch.cat([x + torch.randn_like(x) * 0.5, labels], 1))


def triple_classifier(classes, width=16):
    layers = [Scaled(0.5, 0.5)]
    for inputs, outputs, kernel, padding, shrinks in (
            (1, width, 5, 0, True), (width, 2 * width, 3, 1, False), (2 * width, 2 * width, 3, 0, True),
            (2 * width, 4 * width, 3, 1, False), (4 * width, 4 * width, 3, 1, False)):
        layers += [nn.Conv2d(inputs, outputs, kernel, 1, padding, bias=False), nn.BatchNorm2d(outputs, eps=1e-4), nn.ReLU()]
        layers += [nn.MaxPool2d(2), nn.Dropout()] if shrinks else []
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4 * width, classes))


# StackGAN

class Residual(nn.Module):
    def __init__(self, layers, activation):
        super().__init__()
        self.inner, self.activation = nn.Sequential(*layers), activation

    def forward(self, x):
        return self.activation(x + self.inner(x))


def narrow(width, activation):
    own = width // 4
    return Residual(
        [nn.Conv2d(width, own, 1, bias=False), nn.BatchNorm2d(own), activation(), conv3(own, own, False), nn.BatchNorm2d(own), activation(),
         conv3(own, width, False), nn.BatchNorm2d(width)], activation())


def plain(width):
    return Residual(
        [conv3(width, width, False), nn.BatchNorm2d(width), nn.ReLU(), conv3(width, width, False), nn.BatchNorm2d(width)], nn.ReLU())


def with_planes(x, numbers):
    return torch.cat([x, numbers[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)


class Augmentation(nn.Module):
    def __init__(self, told, condition):
        super().__init__()
        self.both = nn.Linear(told, 2 * condition)

    def forward(self, told):
        mean, log = F.leaky_relu(self.both(told).float(), 0.2).chunk(2, 1)
        sigma = torch.exp(log)
        return mean + sigma * torch.randn_like(sigma), (-log + 0.5 * (sigma ** 2 + mean ** 2 - 1)).mean()


class StackFirst(nn.Module):
    """From 4 to 16 pixels."""

    def __init__(self, code=16, told=32, condition=16, width=128):
        super().__init__()
        self.augment = Augmentation(told, condition)
        self.opening = nn.Sequential(nn.Linear(condition + code, width * 16), nn.BatchNorm1d(width * 16), Shaped(width, 4, 4))
        half, quarter = width // 2, width // 4
        self.main = nn.Sequential(
            narrow(width, nn.ReLU), nn.Upsample(scale_factor=2), conv3(width, half, False), nn.BatchNorm2d(half), narrow(half, nn.ReLU),
            nn.Upsample(scale_factor=2), conv3(half, quarter, False), nn.BatchNorm2d(quarter), nn.ReLU(), conv3(quarter, 3, False),
            nn.Tanh())

    def forward(self, z, told):
        condition, divergence = self.augment(told)
        return self.main(self.opening(torch.cat([condition, z], 1))), divergence


class StackSecond(nn.Module):
    """From 16 pixels down to 8, and up to 32."""

    def __init__(self, told=32, condition=16, width=16):
        super().__init__()
        self.augment = Augmentation(told, condition)
        self.encode = nn.Sequential(
            conv3(3, width, False), nn.ReLU(), nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.ReLU())
        inside = 4 * width
        layers = [conv3(2 * width + condition, inside, False), nn.BatchNorm2d(inside), nn.ReLU(), plain(inside), plain(inside)]
        for _ in range(2):
            layers += [nn.Upsample(scale_factor=2), conv3(inside, inside // 2, False), nn.BatchNorm2d(inside // 2), nn.ReLU()]
            inside //= 2
        self.decode = nn.Sequential(*layers, conv3(inside, 3, False), nn.Tanh())

    def forward(self, coarse, told):
        condition, divergence = self.augment(told)
        return self.decode(with_planes(self.encode(coarse), condition)), divergence


class SuitingJudge(nn.Module):
    def __init__(self, halvings, told=32, condition=16, last=64, least=16):
        super().__init__()
        width = max(last >> (halvings - 1), least)
        layers = [nn.Conv2d(3, width, 4, 2, 1, bias=False)]
        for _ in range(halvings - 1):
            layers += [leaky(), nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width)]
            width *= 2
        self.picture = nn.Sequential(*layers, narrow(last, leaky))
        self.told = nn.Sequential(nn.Linear(told, condition), leaky())
        self.both = nn.Sequential(
            nn.Conv2d(last + condition, last, 1, bias=False), nn.BatchNorm2d(last), leaky(), nn.Conv2d(last, 1, 4, bias=False))

    def forward(self, x, told):
        return self.both(with_planes(self.picture(x), self.told(told)))


# StackGAN++

class Gate(nn.Module):
    def forward(self, x):
        return F.glu(x, 1)


def gated(inputs, outputs):
    return nn.Sequential(conv3(inputs, 2 * outputs, False), nn.BatchNorm2d(2 * outputs), Gate())


def doubling(width):
    return nn.Sequential(nn.Upsample(scale_factor=2), gated(width, width // 2))


class GatedResidual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Sequential(gated(width, width), conv3(width, width, False), nn.BatchNorm2d(width))

    def forward(self, x):
        return x + self.inner(x)


class TreeGenerator(nn.Module):
    """From 4 to 8, 16 and 32 pixels: returns the pictures of all three sizes, the mean of the condition and the KL divergence."""

    def __init__(self, code=16, told=32, condition=16, width=32):
        super().__init__()
        self.augment = nn.Linear(told, 4 * condition)
        features = [nn.Sequential(
            nn.Linear(condition + code, 64 * width, bias=False), nn.BatchNorm1d(64 * width), Gate(), Shaped(2 * width, 4, 4),
            doubling(2 * width))]
        pictures = [nn.Sequential(conv3(width, 3, False), nn.Tanh())]
        for _ in range(2):
            features.append(nn.Sequential(gated(width + condition, width), GatedResidual(width), GatedResidual(width), doubling(width)))
            width //= 2
            pictures.append(nn.Sequential(conv3(width, 3, False), nn.Tanh()))
        self.features, self.pictures = nn.ModuleList(features), nn.ModuleList(pictures)

    def forward(self, z, told):
        mean, log = F.glu(self.augment(told).float(), 1).chunk(2, 1)
        condition = mean + torch.exp(log / 2) * torch.randn_like(log)
        x = self.features[0](torch.cat([condition, z], 1))
        made = [self.pictures[0](x)]
        for features, picture in zip(self.features[1:], self.pictures[1:]):
            x = features(with_planes(x, condition))
            made.append(picture(x))
        return made, mean, ((mean ** 2 + log.exp() - 1 - log) / 2).mean()


class TreeJudge(nn.Module):
    """Conditional and unconditional scores."""

    def __init__(self, halvings, condition=16, width=32):
        super().__init__()
        layers = [nn.Conv2d(3, width, 4, 2, 1, bias=False), leaky()]
        for n in range(halvings - 1):
            layers += [nn.Conv2d(width << n, width << n + 1, 4, 2, 1, bias=False), nn.BatchNorm2d(width << n + 1), leaky()]
        for n in reversed(range(halvings - 1)):
            layers += [conv3(width << n + 1, width << n, False), nn.BatchNorm2d(width << n), leaky()]
        self.code = nn.Sequential(*layers)
        self.joint = nn.Sequential(conv3(width + condition, width, False), nn.BatchNorm2d(width), leaky())
        self.logits, self.alone = nn.Conv2d(width, 1, 4), nn.Conv2d(width, 1, 4)

    def forward(self, x, mean):
        code = self.code(x)
        return self.logits(self.joint(with_planes(code, mean))), self.alone(code)


class R3Block(nn.Module):
    """1x1, grouped 3x3 and 1x1 convolutions, added to their input."""

    def __init__(self, width, group):
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(width, 2 * width, 1), leaky(), nn.Conv2d(2 * width, 2 * width, 3, padding=1, groups=width // group), leaky(),
            nn.Conv2d(2 * width, width, 1, bias=False))

    def forward(self, x):
        return x + self.inner(x)


class R3Resample(nn.Module):
    """Doubles or halves the size by a binomial filter, channel by channel."""

    def __init__(self, up):
        super().__init__()
        row = torch.tensor([1.0, 3.0, 3.0, 1.0])
        self.up, self.kernel = up, row[:, None] * row / row.sum() ** 2 * (4 if up else 1)

    def forward(self, x):
        resample = F.conv_transpose2d if self.up else F.conv2d
        return resample(x, self.kernel.to(x).expand(x.shape[1], 1, 4, 4), stride=2, padding=1, groups=x.shape[1])


class R3Basis(nn.Module):
    def __init__(self, nz, width):
        super().__init__()
        self.basis, self.linear = nn.Parameter(torch.randn(1, width, 4, 4)), nn.Linear(nz, width, bias=False)

    def forward(self, z):
        return self.linear(z)[:, :, None, None] * self.basis


def r3gan_networks(nz, channels, stages=3, width=48, group=8):
    generator, judge = [R3Basis(nz, width), R3Block(width, group)], [nn.Conv2d(channels, width, 1, bias=False)]
    for _ in range(stages - 1):
        generator += [R3Resample(True), R3Block(width, group)]
        judge += [R3Block(width, group), R3Resample(False)]
    judge += [R3Block(width, group), nn.Conv2d(width, width, 4, groups=width, bias=False), nn.Flatten(), nn.Linear(width, 1, bias=False)]
    return nn.Sequential(*generator, nn.Conv2d(width, channels, 1, bias=False)), nn.Sequential(*judge)
