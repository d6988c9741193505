"""Translates one picture with a reference generator in PyTorch: python3 torch_translate.py unet256|resnet9 WEIGHTS.pth IN.png OUT.png"""
import sys

import numpy
import torch
from PIL import Image

from networks import generator

name, weights, source, target = sys.argv[1:]
network = generator(name)
network.load_state_dict(torch.load(weights, map_location="cpu"))
network.eval()
pixels = numpy.asarray(Image.open(source).convert("RGB"), dtype=numpy.float32)
x = torch.from_numpy(pixels / 127.5 - 1).permute(2, 0, 1)[None].contiguous()
with torch.no_grad():
    y = network(x)[0]
picture = ((y.permute(1, 2, 0).numpy() + 1) * 127.5).round().clip(0, 255).astype(numpy.uint8)
Image.fromarray(picture).save(target)
