"""Well-known networks as ONNX graphs, with random weights: export.py FOLDER. Needs PyTorch 1.13 and torchvision 0.14."""

import os
import sys

import torch
import torchvision
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Peers"))
import networks  # noqa: E402

CLASSIFIERS = [
    "alexnet", "vgg16", "resnet50", "squeezenet1_1", "densenet121", "googlenet", "inception_v3", "shufflenet_v2_x1_0", "mobilenet_v2",
    "mobilenet_v3_large", "mnasnet1_0", "efficientnet_b0", "regnet_y_400mf", "convnext_tiny", "vit_b_16",
]
SEGMENTERS = ["fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large"]


class Segmenter(nn.Module):
    """Returns only the scores of torchvision's segmenters."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x)["out"]


class StyledResidual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True))

    def forward(self, x):
        return x + self.layers(x)


def fast_style():
    """Johnson et al. 2016 with instance norm, as in the fast-neural-style models."""
    layers, width = [nn.ReflectionPad2d(4), nn.Conv2d(3, 32, 9), nn.InstanceNorm2d(32, affine=True), nn.ReLU()], 32
    for _ in range(2):
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, 2 * width, 3, 2), nn.InstanceNorm2d(2 * width, affine=True), nn.ReLU()]
        width *= 2
    layers += [StyledResidual(width) for _ in range(5)]
    for _ in range(2):
        layers += [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(width, width // 2, 3),
                   nn.InstanceNorm2d(width // 2, affine=True), nn.ReLU()]
        width //= 2
    return nn.Sequential(*layers, nn.ReflectionPad2d(4), nn.Conv2d(32, 3, 9))


def espcn():
    """Shi et al. 2016: sub-pixel convolution, on luminance."""
    return nn.Sequential(
        nn.Conv2d(1, 64, 5, padding=2), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(),
        nn.Conv2d(32, 9, 3, padding=1), nn.PixelShuffle(3))


class Dense(nn.Module):
    """A residual dense block of ESRGAN (Wang et al. 2018)."""

    def __init__(self, channels=64, growth=32):
        super().__init__()
        self.convs = nn.ModuleList(
            [nn.Conv2d(channels + i * growth, growth if i < 4 else channels, 3, padding=1) for i in range(5)])

    def forward(self, x):
        found = [x]
        for i, conv in enumerate(self.convs):
            y = conv(torch.cat(found, 1))
            found.append(nn.functional.leaky_relu(y, 0.2) if i < 4 else y)
        return x + 0.2 * found[-1]


def esrgan(blocks=4):
    """ESRGAN's generator with 4 of its 23 blocks of three."""
    layers = [nn.Conv2d(3, 64, 3, padding=1), *[Dense() for _ in range(3 * blocks)]]
    for _ in range(2):
        layers += [nn.Upsample(scale_factor=2), nn.Conv2d(64, 64, 3, padding=1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(64, 3, 3, padding=1))


class ChannelsLast(nn.Module):
    """Inputs and outputs are [N, H, W, C], as in TensorFlow's graphs."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return self.network(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def all_networks():
    yield "pix2pix unet256", networks.UNet(), (1, 3, 256, 256)
    yield "cyclegan resnet9", networks.ResNet(), (1, 3, 256, 256)
    yield "fast style", fast_style(), (1, 3, 224, 224)
    yield "fast style, channels last", ChannelsLast(fast_style()), (1, 224, 224, 3)
    yield "espcn ×3", espcn(), (1, 1, 224, 224)
    yield "esrgan ×4, 4 blocks", esrgan(), (1, 3, 64, 64)
    for name in CLASSIFIERS:
        side = 299 if name == "inception_v3" else 224
        extra = {"aux_logits": False, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
        network = getattr(torchvision.models, name)(weights=None, **extra)
        if name == "vit_b_16":
            nn.init.normal_(network.heads.head.weight, std=0.02)  # Its initial zeros would give constant outputs.
        yield name, network, (1, 3, side, side)
    for name in SEGMENTERS:
        yield name, Segmenter(getattr(torchvision.models.segmentation, name)(weights=None, weights_backbone=None)), (1, 3, 224, 224)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for number, (name, network, shape) in enumerate(all_networks()):
        torch.manual_seed(1)
        try:
            torch.onnx.export(network.eval(), torch.rand(shape), os.path.join(folder, f"{number:02} {name}.onnx"), opset_version=17)
        except Exception as problem:  # A network that this PyTorch can't export is left out of the table.
            print(f"{name}: not exported: {str(problem).splitlines()[0]}", file=sys.stderr)


main()
