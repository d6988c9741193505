"""Draws cases of ops from PyTorch: inputs, results, gradients and second gradients, for OpDatabaseTests.

    python3 draw_cases.py OUT SEED

Samples come from PyTorch's own database of ops (torch.testing._internal.common_methods_invocations.op_db), and from the samplers below,
which add odd shapes, strides, paddings, dilations and groups. Inputs are float32 numbers; results are computed from them in float64.
OUT/cases.json lists the cases, OUT/cases.safetensors holds their arrays.

A case's arguments are written by name. {"tensor": i} is the i-th input. With L = sum of r * y for fixed numbers r and S = the sum of
squares of L's gradient, a case has y, dL/dx and dS/dx, each in float64 (rounded to float32) and, as a measure of what float32 can reach,
the relative errors in norm of PyTorch's own float32.
"""
import json
import math
import random
import struct
import sys
import types
import unittest
import warnings

warnings.filterwarnings("ignore")

# The database imports a package of which it needs two names to be loaded.
expecttest = types.ModuleType("expecttest")
expecttest.TestCase, expecttest.ACCEPT = unittest.TestCase, False
sys.modules.setdefault("expecttest", expecttest)

import torch
import torch.nn.functional as F
from torch.testing._internal.common_methods_invocations import op_db

MOST_ELEMENTS = 20000
MOST_SAMPLES = 300  # of an op, taken evenly
VERBOSE = len(sys.argv) > 3

# Positional parameters by op; those after the first are what the database passes without a name.
NAMES = {
    "add": "input other", "sub": "input other", "mul": "input other", "div": "input other", "true_divide": "input other",
    "maximum": "input other", "minimum": "input other", "eq": "input other", "ne": "input other", "gt": "input other",
    "ge": "input other", "lt": "input other", "le": "input other", "pow": "input exponent", "lerp": "input end weight",
    "where": "input condition other", "masked_fill": "input mask value", "clamp": "input min max",
    "sum": "input dim keepdim", "mean": "input dim keepdim", "amax": "input dim keepdim", "amin": "input dim keepdim",
    "var": "input dim unbiased keepdim", "std": "input dim unbiased keepdim", "norm": "input p dim keepdim",
    "linalg.vector_norm": "input ord dim keepdim", "logsumexp": "input dim keepdim", "prod": "input dim keepdim",
    "cumsum": "input dim", "argmax": "input dim keepdim", "argmin": "input dim keepdim", "sort": "input dim descending",
    "argsort": "input dim descending", "topk": "input k dim largest sorted", "matmul": "input other", "mm": "input other",
    "bmm": "input other", "nn.functional.linear": "input weight bias", "reshape": "input shape", "permute": "input dims",
    "transpose": "input dim0 dim1", "expand": "input shape", "narrow": "input dim start length", "unsqueeze": "input dim",
    "squeeze": "input dim", "flatten": "input start_dim end_dim", "flip": "input dims", "roll": "input shifts dims",
    "chunk": "input chunks dim", "split": "input split_size dim", "gather": "input dim index", "scatter_add": "input dim index src",
    "index_select": "input dim index", "cat": "input dim", "stack": "input dim",
    "nn.functional.leaky_relu": "input negative_slope", "nn.functional.elu": "input alpha", "nn.functional.gelu": "input",
    "nn.functional.softplus": "input beta threshold", "nn.functional.hardtanh": "input min_val max_val", "nn.functional.prelu": "input weight",
    "nn.functional.pixel_shuffle": "input upscale_factor", "nn.functional.pixel_unshuffle": "input downscale_factor",
    "nn.functional.conv1d": "input weight bias stride padding dilation groups",
    "nn.functional.conv2d": "input weight bias stride padding dilation groups",
    "nn.functional.conv_transpose1d": "input weight bias stride padding output_padding groups dilation",
    "nn.functional.conv_transpose2d": "input weight bias stride padding output_padding groups dilation",
    "nn.functional.batch_norm": "input running_mean running_var weight bias training momentum eps",
    "nn.functional.instance_norm": "input running_mean running_var weight bias use_input_stats momentum eps",
    "nn.functional.group_norm": "input num_groups weight bias eps", "nn.functional.layer_norm": "input normalized_shape weight bias eps",
    "nn.functional.normalize": "input p dim eps", "nn.functional.cosine_similarity": "input x2 dim eps",
    "nn.functional.pairwise_distance": "input x2 p eps keepdim",
    "nn.functional.max_pool2d": "input kernel_size stride padding dilation ceil_mode return_indices",
    "nn.functional.avg_pool2d": "input kernel_size stride padding ceil_mode count_include_pad divisor_override",
    "nn.functional.adaptive_avg_pool2d": "input output_size",
    "nn.functional.interpolate": "input size scale_factor mode align_corners recompute_scale_factor antialias",
    "nn.functional.pad": "input pad mode value", "nn.functional.grid_sample": "input grid mode padding_mode align_corners",
    "nn.functional.affine_grid": "input size align_corners",
    "softmax": "input dim", "log_softmax": "input dim",
    "nn.functional.l1_loss": "input target", "nn.functional.mse_loss": "input target", "nn.functional.smooth_l1_loss": "input target",
    "nn.functional.huber_loss": "input target", "nn.functional.kl_div": "input target", "nn.functional.nll_loss": "input target",
    "nn.functional.cross_entropy": "input target", "nn.functional.binary_cross_entropy_with_logits": "input target",
    "nn.functional.triplet_margin_loss": "input positive negative",
}
for name in ("abs exp log sqrt rsqrt reciprocal sigmoid tanh sin cos square sign floor ceil round neg isnan nn.functional.relu "
             "nn.functional.silu nn.functional.logsigmoid nn.functional.relu6 nn.functional.softsign").split():
    NAMES[name] = "input"

SKIPPED_DTYPES = (torch.bool, torch.int64, torch.int32)


class Unwritable(Exception):
    pass


def function_of(name):
    if name == "split":
        return lambda input, split_size, dim=0: torch.split(input, split_size, dim)
    if name == "nn.functional.pixel_shuffle":
        return lambda input, upscale_factor: F.pixel_shuffle(input, upscale_factor)
    if name == "nn.functional.pixel_unshuffle":
        return lambda input, downscale_factor: F.pixel_unshuffle(input, downscale_factor)
    if name == "where":
        return lambda input, condition, other: torch.where(condition, input, other)
    if name == "nn.functional.prelu":
        # A composition: PyTorch 1.13's own second gradient is wrong where the incoming gradient is not contiguous.
        def prelu(input, weight):
            shape = [1] * input.dim()
            if weight.numel() > 1:
                shape[1] = -1
            return torch.clamp(input, min=0) + weight.reshape(shape) * torch.clamp(input, max=0)
        return prelu
    module = torch
    for part in name.split("."):
        module = getattr(module, part) if hasattr(module, part) else getattr(torch.Tensor, part)
    return module


class Writer:
    def __init__(self):
        self.arrays, self.cases = {}, []

    def add(self, name, tensor):
        self.arrays[name] = tensor.detach().to(torch.float32).contiguous()

    def save(self, folder):
        header, offset, blobs = {}, 0, []
        for name, tensor in self.arrays.items():
            blob = tensor.numpy().tobytes()
            header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
            offset += len(blob)
            blobs.append(blob)
        text = json.dumps(header).encode()
        with open(folder + "/cases.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for blob in blobs:
                file.write(blob)
        with open(folder + "/cases.json", "w") as file:
            json.dump(self.cases, file)


def encode(value, tensors):
    if torch.is_tensor(value):
        if value.is_complex() or value.numel() > MOST_ELEMENTS or value.dim() > 6 or value.dtype not in (
                torch.float32, torch.float64, *SKIPPED_DTYPES):
            raise Unwritable("a tensor that the engine has not")
        if value.dtype == torch.float64:
            value = value.to(torch.float32)
        tensors.append(value.detach().clone())
        return {"tensor": len(tensors) - 1, "index": not value.dtype.is_floating_point}
    if isinstance(value, (list, tuple)):
        return [encode(item, tensors) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"number": str(value)}
    raise Unwritable(f"an argument {type(value).__name__}")


def decode(value, tensors):
    if isinstance(value, dict):
        return float(value["number"]) if "number" in value else tensors[value["tensor"]]
    return [decode(item, tensors) for item in value] if isinstance(value, list) else value


def is_wrong(name, arguments, tensors):
    """PyTorch 1.13's gradient of a resize by a scale that leaves the size of an axis as it is differs from finite differences: it copies
    where the forward pass, nearest or cubic, does not."""
    scale = arguments.get("scale_factor")
    if name != "nn.functional.interpolate" or scale in (None, 1.0) or arguments.get("mode") not in ("nearest", "nearest-exact", "bicubic"):
        return False
    return any(math.floor(side * scale) == side for side in tensors[0].shape[2:])


def constants_of(name, arguments):
    """The inputs that are settings: running statistics, and weights of classes, of which PyTorch has no gradient."""
    keys = ["running_mean", "running_var"] + (["weight", "pos_weight"] if name.endswith(("_loss", "cross_entropy", "with_logits")) else [])
    return {arguments[key]["tensor"] for key in keys if arguments.get(key) is not None}


def evaluate(name, arguments, tensors, weights=None):
    """y, dL/dx and dS/dx of each input; None where there is none."""
    constants = constants_of(name, arguments)
    leaves = [t.requires_grad_() if t.dtype.is_floating_point and i not in constants else t for i, t in enumerate(tensors)]
    named = {key: decode(value, leaves) for key, value in arguments.items()}
    y = function_of(name)(named.pop("input"), **named)
    if isinstance(y, (list, tuple)):
        y = y[0] if name in ("sort", "topk", "nn.functional.max_pool2d") else y[-1]
    if not torch.is_tensor(y) or y.is_complex():
        raise Unwritable("a result that the engine has not")
    if not y.dtype.is_floating_point or not y.requires_grad:
        return y, None, None, None
    if weights is None:
        weights = torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
    floats = [t for t in leaves if t.requires_grad]
    gradients = torch.autograd.grad((y * weights.to(y.dtype)).sum(), floats, create_graph=True, allow_unused=True)
    used = [g for g in gradients if g is not None]
    second = None
    square = sum((g * g).sum() for g in used)
    if square.requires_grad:
        try:
            second = torch.autograd.grad(square, floats, allow_unused=True)
        except RuntimeError:
            pass  # PyTorch has no second gradient of this op.
    return y, gradients, second, weights


def distance(found, exact):
    if found is None or exact is None:
        return 0.0
    difference = (found.double() - exact).norm()
    return float(difference / exact.norm()) if exact.norm() > 0 else float(difference)


def draw(writer, name, arguments, tensors, origin):
    if is_wrong(name, arguments, tensors):
        raise Unwritable("PyTorch's own gradient is wrong")
    exact_inputs = [t.double() if t.dtype.is_floating_point else t for t in tensors]
    exact, gradients, second, weights = evaluate(name, arguments, [t.clone() for t in exact_inputs])
    if exact.numel() > MOST_ELEMENTS or exact.dim() > 6:
        raise Unwritable("a large result")
    single, single_gradients, single_second, _ = evaluate(name, arguments, [t.clone() for t in tensors], weights)
    number = len(writer.cases)
    case = {"op": name, "arguments": arguments, "from": origin, "inputs": [not t.dtype.is_floating_point for t in tensors]}
    for i, tensor in enumerate(tensors):
        writer.add(f"{number}.x{i}", tensor)
    writer.add(f"{number}.y", exact)
    errors = [distance(single, exact.double()) if exact.dtype.is_floating_point else 0.0, 0.0, 0.0]
    if weights is not None:
        writer.add(f"{number}.r", weights)
    constants = constants_of(name, arguments)
    places = [i for i, t in enumerate(tensors) if t.dtype.is_floating_point and i not in constants]
    case["constants"] = sorted(constants)
    for label, found, other, at in (("g", gradients, single_gradients, 1), ("h", second, single_second, 2)):
        for i, tensor in zip(places, found or []):
            if tensor is not None:
                writer.add(f"{number}.{label}{i}", tensor)
                k = places.index(i)
                errors[at] = max(errors[at], distance((other or [None] * len(places))[k], tensor))
    case["errors"] = [e if math.isfinite(e) else -1 for e in errors]
    writer.cases.append(case)


def from_database(writer, counts):
    for op in op_db:
        if op.name not in NAMES:
            continue
        names = NAMES[op.name].split()
        try:
            samples = list(op.sample_inputs("cpu", torch.float32, requires_grad=True))
        except Exception as problem:  # Some need a package that is not installed.
            print("no samples of", op.name, op.variant_test_name, problem)
            continue
        for sample in samples[::max(1, len(samples) // MOST_SAMPLES)]:
            try:
                values = [sample.input, *sample.args]
                if len(values) > len(names):
                    if op.name in ("reshape", "permute", "expand", "flip"):
                        values = [values[0], values[1:]]
                    else:
                        raise Unwritable("more arguments than are known")
                named = dict(zip(names, values), **sample.kwargs)
                if op.name == "nn.functional.interpolate" and op.variant_test_name and "mode" not in named:
                    raise Unwritable("no mode")
                tensors = []
                arguments = {key: encode(value, tensors) for key, value in named.items()}
                draw(writer, op.name, arguments, tensors, f"database {op.variant_test_name}".strip())
                counts["database"] += 1
            except Exception as problem:
                counts["left out"] += 1


def sampler(rng):
    """Odd shapes and settings, without end: the op and its arguments."""
    def t(*shape, positive=False, scale=1.0):
        numbers = torch.randn(shape, generator=generator) * scale
        return numbers.abs() + 0.2 if positive else numbers

    generator = torch.Generator().manual_seed(rng.randrange(1 << 30))
    pick = rng.choice

    def convolution():
        groups, n = pick([1, 1, 1, 2, 3]), pick([1, 1, 2, 3])
        c, k = groups * pick([1, 2, 3]), groups * pick([1, 2, 4])
        kernel, stride, dilation = (pick([1, 2, 3, 5]), pick([1, 2, 3, 4])), (pick([1, 1, 2, 3]), pick([1, 1, 2])), (pick([1, 1, 2, 3]), pick([1, 1, 2]))
        padding = (pick([0, 1, 2, 4]), pick([0, 1, 3]))
        side = [max(1, d * (s - 1) + 1 - 2 * p) + pick([0, 1, 2, 5]) for d, s, p in zip(dilation, kernel, padding)]
        bias = t(k) if pick([True, False]) else None
        return "nn.functional.conv2d", dict(
            input=t(n, c, *side), weight=t(k, c // groups, *kernel), bias=bias, stride=list(stride), padding=list(padding),
            dilation=list(dilation), groups=groups)

    def transposed():
        groups, n = pick([1, 1, 2, 3]), pick([1, 1, 2])
        c, k = groups * pick([1, 2, 3]), groups * pick([1, 2])
        kernel, stride, dilation = [pick([1, 2, 3, 4]) for _ in "hw"], [pick([1, 2, 3]) for _ in "hw"], [pick([1, 1, 2]) for _ in "hw"]
        more = [rng.randrange(max(s, d)) for s, d in zip(stride, dilation)]
        side = [pick([1, 2, 3, 5]) for _ in "hw"]
        padding = [min(pick([0, 1, 2]), ((h - 1) * s + d * (k_ - 1) + m) // 2) for h, s, d, k_, m in zip(side, stride, dilation, kernel, more)]
        return "nn.functional.conv_transpose2d", dict(
            input=t(n, k, *side), weight=t(k, c // groups, *kernel), bias=t(c) if pick([True, False]) else None, stride=stride,
            padding=padding, output_padding=more, groups=groups, dilation=dilation)

    def pool():
        kernel, n = [pick([1, 2, 3, 4]) for _ in "hw"], pick([1, 2])
        padding = [pick([0, k // 2]) for k in kernel]
        name = pick(["nn.functional.max_pool2d", "nn.functional.avg_pool2d"])
        dilation = [pick([1, 1, 2]) for _ in "hw"] if name.endswith("max_pool2d") else [1, 1]
        # A dilated window fits without its padding: PyTorch 1.13 writes outside its memory where a window reads nothing but padding.
        side = [max(1, d * (k - 1) + 1 - (2 * p if d == 1 else 0)) + pick([0, 1, 2, 4]) for d, k, p in zip(dilation, kernel, padding)]
        arguments = dict(
            input=t(n, pick([1, 3]), *side), kernel_size=kernel, stride=[pick([1, 2, 3]) for _ in "hw"], padding=padding,
            ceil_mode=pick([True, False]))
        if name.endswith("max_pool2d"):
            arguments["dilation"] = dilation
        else:
            arguments["count_include_pad"] = pick([True, False])
        return name, arguments

    def norm():
        name = pick(["batch_norm", "instance_norm", "group_norm", "layer_norm"])
        n, c, side = pick([1, 2, 3]), pick([1, 2, 4, 6]), [pick([2, 3, 5]), pick([1, 2, 4])]
        x = t(n, c, *side) + pick([0, 3])
        affine = pick([True, False])
        if name == "layer_norm":
            shape = list(x.shape[-pick([1, 2, 3]):])
            if math.prod(shape) == 1:
                shape = list(x.shape[1:])
            return "nn.functional.layer_norm", dict(
                input=x, normalized_shape=shape, weight=t(*shape) if affine else None, bias=t(*shape) if affine else None)
        weight, bias = (t(c), t(c)) if affine else (None, None)
        if name == "group_norm":
            return "nn.functional.group_norm", dict(input=x, num_groups=pick([g for g in (1, 2, 3) if c % g == 0]), weight=weight, bias=bias)
        if name == "instance_norm":
            return "nn.functional.instance_norm", dict(input=x, weight=weight, bias=bias)
        return "nn.functional.batch_norm", dict(
            input=x, running_mean=t(c), running_var=t(c, positive=True), weight=weight, bias=bias, training=pick([True, False]))

    def resize():
        mode = pick(["nearest", "nearest-exact", "bilinear", "bicubic"])
        x = t(pick([1, 2]), 2, pick([1, 2, 3, 5, 7]), pick([1, 2, 4, 6]))
        arguments = dict(input=x, mode=mode)
        if pick([True, False]):
            arguments["size"] = [pick([1, 2, 3, 5, 8]), pick([1, 3, 4, 7])]
        else:
            arguments["scale_factor"] = pick([0.6, 1.0, 1.3, 1.7, 2.0, 2.5])
        if mode.startswith("bi"):
            arguments["align_corners"] = pick([True, False])
            if not arguments["align_corners"] and "size" in arguments and pick([True, False]):
                arguments["antialias"] = True
        return "nn.functional.interpolate", arguments

    def pad():
        mode = pick(["constant", "reflect", "replicate", "circular"])
        h, w = pick([2, 3, 5]), pick([2, 3, 4])
        least = -1 if mode == "constant" else 0
        amounts = [rng.randint(least, w - 1), rng.randint(least, w - 1), rng.randint(least, h - 1), rng.randint(least, h - 1)]
        return "nn.functional.pad", dict(input=t(pick([1, 2]), 2, h, w), pad=amounts, mode=mode)

    def grid():
        n = pick([1, 2])
        return "nn.functional.grid_sample", dict(
            input=t(n, pick([1, 3]), pick([2, 3, 5]), pick([2, 4])), grid=t(n, pick([1, 3]), pick([2, 4]), 2, scale=0.9),
            mode=pick(["bilinear", "nearest", "bicubic"]), padding_mode=pick(["zeros", "border", "reflection"]),
            align_corners=pick([True, False]))

    def affine():
        n = pick([1, 2])
        return "nn.functional.affine_grid", dict(
            input=t(n, 2, 3), size=[n, 1, pick([1, 2, 4]), pick([1, 3, 5])], align_corners=pick([True, False]))

    def binary():
        name = pick(["add", "sub", "mul", "div", "maximum", "minimum", "pow"])
        a, b = pick([((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (4,)), ((1, 3, 1), (2, 1, 4)), ((), (3, 2)), ((5, 1), (1, 70))])
        return name, dict(input=t(*a, positive=name == "pow"), exponent=t(*b)) if name == "pow" else dict(
            input=t(*a), other=t(*b, positive=name == "div"))

    def reduction():
        name = pick(["sum", "mean", "amax", "amin", "var", "std", "logsumexp", "prod", "norm", "linalg.vector_norm"])
        x, dim = t(pick([1, 2, 3]), pick([2, 5, 33]), pick([2, 3])), pick([0, 1, 2, -1])
        if name in ("var", "std"):
            return name, dict(input=x, dim=[1, 2], unbiased=pick([True, False]), keepdim=pick([True, False]))
        if name == "norm":
            return name, dict(input=x, p=pick([1, 2, 3, 1.5]), dim=[dim], keepdim=pick([True, False]))
        if name == "linalg.vector_norm":
            return name, dict(input=x, ord=pick([0.5, 1, 2, 3, math.inf, -math.inf]), dim=[dim], keepdim=pick([True, False]))
        return name, dict(input=x, dim=dim if name in ("prod", "logsumexp") else [dim], keepdim=pick([True, False]))

    def product():
        batch, m, k, n = pick([1, 2, 3]), pick([1, 2, 5, 17]), pick([1, 3, 8, 33]), pick([1, 2, 6, 19])
        if pick([True, False]):
            return "matmul", dict(input=t(batch, m, k), other=t(*pick([(batch, k, n), (k, n), (1, k, n)])))
        lead = pick([(), (m,), (batch, m), (batch, 2, m)])
        return "nn.functional.linear", dict(input=t(*lead, k), weight=t(n, k), bias=t(n) if pick([True, False]) else None)

    def place():
        name = pick(["sort", "topk", "cumsum", "gather", "scatter_add", "index_select", "softmax", "log_softmax"])
        shape, dim = (pick([1, 2, 3]), pick([3, 5, 20]), pick([1, 4])), pick([0, 1, 2, -1])
        x = t(*shape)
        extent = shape[dim]
        if name == "sort":
            return name, dict(input=x, dim=dim, descending=pick([True, False]))
        if name == "topk":
            return name, dict(input=x, k=rng.randint(1, extent), dim=dim, largest=pick([True, False]))
        if name == "index_select":
            return name, dict(input=x, dim=dim, index=torch.tensor([rng.randrange(extent) for _ in range(5)]))
        if name in ("gather", "scatter_add"):
            picked = list(shape)
            picked[dim] = pick([1, 2, 7])
            index = torch.randint(extent, picked, generator=generator)
            return name, dict(input=x, dim=dim, index=index) if name == "gather" else dict(input=x, dim=dim, index=index, src=t(*picked))
        return name, dict(input=x, dim=dim)

    def loss():
        name = pick(["l1_loss", "mse_loss", "smooth_l1_loss", "huber_loss", "kl_div", "binary_cross_entropy_with_logits", "cross_entropy",
                     "nll_loss", "triplet_margin_loss"])
        reduction = pick(["mean", "sum", "none"])
        n, c, rest = pick([1, 2, 4]), pick([2, 3, 7]), pick([(), (3,), (2, 2)])
        x = t(n, c, *rest)
        arguments = dict(input=x, reduction=reduction)
        if name in ("cross_entropy", "nll_loss"):
            arguments["target"] = torch.randint(c, (n, *rest), generator=generator)
            arguments["weight"] = t(c, positive=True) if pick([True, False]) else None
            arguments["ignore_index"] = pick([-100, 1])
            if name == "cross_entropy":
                arguments["label_smoothing"] = pick([0.0, 0.1])
        elif name == "triplet_margin_loss":
            arguments.update(input=t(n, 5), positive=t(n, 5), negative=t(n, 5), swap=pick([True, False]), margin=pick([0.5, 1.0]))
        else:
            arguments["target"] = torch.rand(x.shape, generator=generator) + 0.1 if name in ("kl_div", "binary_cross_entropy_with_logits") else t(*x.shape)
            if name == "huber_loss":
                arguments["delta"] = pick([0.3, 1.0])
            if name == "smooth_l1_loss":
                arguments["beta"] = pick([0.0, 0.3, 1.0])
            if name == "binary_cross_entropy_with_logits":
                arguments["pos_weight"] = t(*x.shape[-1:], positive=True) if pick([True, False]) else None
        return "nn.functional." + name, arguments

    def similarity():
        a, b = pick([((2, 3, 4), (2, 3, 4)), ((1, 2, 3), (2, 1, 3)), ((4, 5), (4, 1)), ((3,), (2, 3))])
        dim = pick([-1, -2]) if len(b) > 1 and len(a) > 1 else -1
        return "nn.functional.cosine_similarity", dict(input=t(*a, positive=True), x2=t(*b, positive=True), dim=dim)

    kinds = [convolution] * 8 + [transposed] * 5 + [pool] * 8 + [norm] * 5 + [resize] * 5 + [pad] * 3 + [grid] * 4 + [affine] * 1 + [
        binary] * 3 + [reduction] * 5 + [product] * 3 + [place] * 4 + [loss] * 8 + [similarity]
    while True:
        yield pick(kinds)()


def from_samplers(writer, counts, rng, number):
    drawn = 0
    for name, named in sampler(rng):
        if drawn == number:
            return
        try:
            tensors = []
            draw(writer, name, {key: encode(value, tensors) for key, value in named.items()}, tensors, "sampler")
            counts["samplers"] += 1
        except (Unwritable, RuntimeError) as problem:
            counts["left out"] += 1
            if VERBOSE:
                print("left out:", name, problem)
        drawn += 1


def main(folder, seed):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    random.seed(seed)
    writer, counts = Writer(), {"database": 0, "samplers": 0, "left out": 0}
    from_database(writer, counts)
    from_samplers(writer, counts, random.Random(seed), 2000)
    writer.save(folder)
    print(len(writer.cases), "cases:", counts)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
