"""The networks of pix2pix and CycleGAN in PyTorch, under the reference's state-dict keys."""
import torch
from torch import nn


class Across(nn.Module):
    """A U-Net level with its skip connection: concatenates its input and its output."""

    def __init__(self, *layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return torch.cat((x, self.model(x)), 1)  # The first activation is in-place, so x is activated here, too.


class UNet(nn.Module):
    """A U-Net with `downs` levels; batch norm, and dropout at the inner levels."""

    def __init__(self, downs=8, width=64, channels=3):
        super().__init__()
        widths = [channels] + [width * min(2 ** level, 8) for level in range(downs)]
        inner = None
        for level in range(downs, 1, -1):
            outside, inside = widths[level - 1], widths[level]
            layers = [nn.LeakyReLU(0.2, True), nn.Conv2d(outside, inside, 4, 2, 1, bias=False)]
            if inner is not None:
                layers += [nn.BatchNorm2d(inside), inner]
            joined = inside if inner is None else 2 * inside
            layers += [nn.ReLU(True), nn.ConvTranspose2d(joined, outside, 4, 2, 1, bias=False), nn.BatchNorm2d(outside)]
            if 5 <= level < downs:
                layers.append(nn.Dropout(0.5))
            inner = Across(*layers)
        self.model = nn.ModuleDict({"model": nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1, bias=False), inner, nn.ReLU(True),
            nn.ConvTranspose2d(2 * width, channels, 4, 2, 1), nn.Tanh())})

    def forward(self, x):
        return self.model["model"](x)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width), nn.ReLU(True),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    """Two downsamplings, residual blocks, two upsamplings; instance norm."""

    def __init__(self, blocks=9, width=64, channels=3):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels, width, 7), nn.InstanceNorm2d(width), nn.ReLU(True)]
        for w in (width, 2 * width):
            layers += [nn.Conv2d(w, 2 * w, 3, 2, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(True)]
        layers += [Block(4 * width) for _ in range(blocks)]
        for w in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(w, w // 2, 3, 2, 1, 1), nn.InstanceNorm2d(w // 2), nn.ReLU(True)]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, channels, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class PatchGan(nn.Module):
    """The 70x70 discriminator: raw scores of overlapping patches."""

    def __init__(self, channels, batch_norm, width=64):
        super().__init__()
        norm = nn.BatchNorm2d if batch_norm else nn.InstanceNorm2d
        layers = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        for w, stride in ((width, 2), (2 * width, 2), (4 * width, 1)):
            layers += [nn.Conv2d(w, 2 * w, 4, stride, 1, bias=not batch_norm), norm(2 * w), nn.LeakyReLU(0.2, True)]
        layers.append(nn.Conv2d(8 * width, 1, 4, 1, 1))
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


def generator(name):
    """The network of a name of `ilgpugan bench infer`: `unet256`, `resnet9`, ..."""
    if name.startswith("unet"):
        return UNet(downs=int(name[4:]).bit_length() - 1)
    return ResNet(blocks=int(name[6:]))


def initialized(network):
    """Convolutions N(0, 0.02), batch norm's scales N(1, 0.02), biases 0, as in the papers."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight, 1.0 if isinstance(module, nn.BatchNorm2d) else 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network
