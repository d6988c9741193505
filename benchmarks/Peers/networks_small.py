"""The networks of three small GANs in PyTorch: DCGAN and WGAN-GP at 32x32, a level of SinGAN."""
from torch import nn


def dcgan_generator(noise=64, width=32, channels=3):
    """[N, noise, 1, 1] to pictures [N, channels, 32, 32]."""
    layers, inside = [], noise
    for i, outside in enumerate((4 * width, 2 * width, width)):
        layers += [nn.ConvTranspose2d(inside, outside, 4, 2 if i else 1, 1 if i else 0, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True)]
        inside = outside
    return nn.Sequential(*layers, nn.ConvTranspose2d(inside, channels, 4, 2, 1), nn.Tanh())


def dcgan_discriminator(batch_norm, width=32, channels=3):
    """Pictures [N, channels, 32, 32] to raw scores [N, 1, 1, 1]; a critic has no batch norm."""
    layers, inside = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2, True)], width
    for outside in (2 * width, 4 * width):
        layers.append(nn.Conv2d(inside, outside, 4, 2, 1, bias=not batch_norm))
        layers += [nn.BatchNorm2d(outside)] if batch_norm else []
        layers.append(nn.LeakyReLU(0.2, True))
        inside = outside
    return nn.Sequential(*layers, nn.Conv2d(inside, 1, 4))


def singan_network(outputs, width=16):
    """Five 3x3 convolutions without padding: a level's generator with three outputs, its discriminator with one."""
    layers, inside = [], 3
    for _ in range(4):
        layers += [nn.Conv2d(inside, width, 3), nn.BatchNorm2d(width), nn.LeakyReLU(0.2, True)]
        inside = width
    return nn.Sequential(*layers, nn.Conv2d(inside, outputs, 3), *([nn.Tanh()] if outputs == 3 else []))
