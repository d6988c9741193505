namespace IlgpuGan.EngineTests.Autodiff;

/// <summary>Shapes that do not fit: the message names the op, the shapes and the cause.</summary>
internal sealed class ErrorTests() : OnCpu(threads: 1)
{
    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake(t => t(1, 6, 256, 256).Conv2d(t(64, 3, 4, 4)),
            "conv2d: input has 6 channels [1,6,256,256] but weight expects 3 [64,3,4,4]");
        yield return Mistake(t => t(1, 3, 2, 2).Conv2d(t(8, 3, 7, 7)),
            "conv2d: a 7x7 kernel with padding 0 and dilation 1 does not fit into input [1,3,2,2]");
        yield return Mistake(t => t(1, 3, 2, 2).Conv2d(t(8, 3, 1, 1), t(7)), "conv2d: bias [7] but weight [8,3,1,1] makes 8 channels");
        yield return Mistake(
            t => t(3, 2, 2).Conv2d(t(8, 3, 1, 1)), "conv2d: input [3,2,2] and weight [8,3,1,1] must have 4 dimensions each");
        yield return Mistake(t => t(1, 6, 8, 8).ConvTranspose2d(t(3, 6, 4, 4)),
            "conv_transpose2d: input has 6 channels [1,6,8,8] but weight [in,out,kh,kw] expects 3 [3,6,4,4]");
        yield return Mistake(t => t(1, 3, 8, 8).ConvTranspose2d(t(3, 6, 4, 4), stride: 2, outputPadding: 2),
            "conv_transpose2d: outputPadding 2 must be smaller than stride 2 or dilation 1");
        yield return Mistake(t => t(1, 6, 8, 8).Conv2d(t(8, 2, 3, 3), groups: 4),
            "conv2d: 6 input channels are no multiple of 4 groups: input [1,6,8,8], weight [8,2,3,3]");
        yield return Mistake(
            t => t(1, 8, 8, 8).Conv2d(t(6, 2, 3, 3), groups: 4), "conv2d: 6 filters are no multiple of 4 groups: weight [6,2,3,3]");
        yield return Mistake(t => t(1, 8, 8, 8).Conv2d(t(8, 8, 3, 3), groups: 4),
            "conv2d: input has 8 channels [1,8,8,8] but weight expects 32 [8,8,3,3] in 4 groups");
        yield return Mistake(t => t(1, 8, 8, 8).Conv2d(t(8, 8, 3, 3), groups: 0),
            "conv2d: 0 groups for input [1,8,8,8] and weight [8,8,3,3]: there is at least one");
        yield return Mistake(t => t(1, 3, 2, 9).Conv2d(t(8, 3, 3, 3), padding: (0, 0, 1, 0), dilation: (1, 2)),
            "conv2d: a 3x3 kernel with padding 0,0,1,0 and dilation 1x2 does not fit into input [1,3,2,9]");
        yield return Mistake(t => t(1, 6, 8, 8).ConvTranspose2d(t(6, 2, 4, 4), groups: 4),
            "conv_transpose2d: 6 input channels are no multiple of 4 groups: input [1,6,8,8], weight [6,2,4,4]");
        yield return Mistake(t => t(1, 6, 8, 8).ConvTranspose2d(t(6, 2, 4, 4), stride: (2, 1), outputPadding: (1, 1)),
            "conv_transpose2d: outputPadding 1 must be smaller than stride 2x1 or dilation 1");
        yield return Mistake(t => t(1, 6, 8).ConvTranspose2d(t(6, 2, 4)),
            "conv_transpose2d: input [1,6,8] and weight [6,2,4] must have 4 dimensions each");
        yield return Mistake(t => t(1, 6, 8, 8).Conv1d(t(6, 2, 4)),
            "conv1d: [1,6,8,8] and [6,2,4] must have 3 dimensions each: input [N, channels, length], weight of as many");
        yield return Mistake(t => new Conv2d(6, 8, 3, groups: 4).Forward(t(1, 6, 8, 8)),
            "Conv2d: 6 input and 8 output channels must be multiples of 4 groups, of which there is at least one");
        yield return Mistake(t => t(2, 3).Add(t(2, 4)), "add: [2,3] and [2,4] do not broadcast: extents 3 and 4 at dimension -1");
        yield return Mistake(t => t(2, 3).MatMul(t(4, 5)), "matmul: inner extents 3 and 4 differ: [2,3] · [4,5]");
        yield return Mistake(
            t => t(2, 3).MatMul(t(4, 5), transposeA: true, transposeB: true), "matmul: inner extents 2 and 5 differ: [2,3]ᵀ · [4,5]ᵀ");
        yield return Mistake(t => t(2, 3).Linear(t(5, 4)), "linear: input [2,3] must be […, in] for a weight [out, in] [5,4]");
        yield return Mistake(t => t(2, 3, 4, 4).BatchNorm(t(2), t(2)), "batch_norm: input has 3 channels [2,3,4,4] but weight [2]");
        yield return Mistake(t => t(5).InstanceNorm(), "instance_norm: input [5] must have at least 2 dimensions, [N, C, …]");
        yield return Mistake(t => t(1, 3, 3, 4).Pad(3, PadMode.Reflect),
            "pad: a reflection by 3,3 (left,right) and 3,3 (top,bottom) needs larger planes than [1,3,3,4]: at most extent − 1");
        yield return Mistake(
            t => t(1, 3, 3, 4).Pad((0, 0, -2, -2)), "pad: amounts -2,-2 (left,right) and 0,0 (top,bottom) leave nothing of [1,3,3,4]");
        yield return Mistake(t => t(1, 1, 2, 2).MaxPool2d(3), "max_pool: a 3x3 window with padding 0 does not fit into input [1,1,2,2]");
        yield return Mistake(t => t(1, 1, 4, 4).AvgPool2d(2, padding: 2),
            "average_pool: window 2, stride 2, padding 2, dilation 1: window, stride and dilation start at 1, padding is at most half a " +
                "window");
        yield return Mistake(t => t(1, 1, 4, 4).Upsample(0), "upsample: the factor 0 must be at least 1");
        yield return Mistake(t => TensorOps.Concat(1, t(1, 64, 3, 3), t(1, 64, 4, 4)),
            "concat: [1,64,3,3] and [1,64,4,4] can't be joined along dimension 1: the other extents must be equal");
        yield return Mistake(t => t(4, 3).Slice(0, 3, 2), "slice: 2 from 3 on does not fit into dimension 0 of [4,3], which has 4");
        yield return Mistake(t => t(4, 3).Reshape(new Shape(5, 2)), "reshape: [4,3] has 12 elements but [5,2] has 10");
        yield return Mistake(t => t(4, 3).Permute(0, 0), "permute: [0,0] is no order of the dimensions of [4,3]");
        yield return Mistake(t => t(4, 3).Sum([2]), "sum: [4,3] has no dimension 2");
        yield return Mistake(
            t => t(4, 3).Expand(new Shape(3, 4)), "expand: [4,3] and [3,4] do not broadcast: extents 3 and 4 at dimension -1");
        yield return Mistake(t => t(4, 3).L1Loss(t(4, 1)), "l1_loss: input [4,3] and target [4,1] must have the same shape");
        yield return Mistake(t => t(2, 5).CrossEntropy([1, 2, 3]), "cross_entropy: 3 classes do not match logits [2,5], [N, classes, …]");
        yield return Mistake(t => t(3).MatMul(t(3, 5)), "matmul: [3] and [3,5] must be matrices [M, K] and [K, N], or batches of matrices");
        yield return Mistake(t => t(2, 3, 4).MatMul(t(5, 4, 3)), "matmul: batches [2] of [2,3,4] and [5] of [5,4,3] do not broadcast");
        yield return Mistake(
            t => t(4, 3).Slice(0, 3, 3, -2), "slice: 3 from 3 on in steps of -2 does not fit into dimension 0 of [4,3], which has 4");
        yield return Mistake(t => t(4, 3)[3..2], "slice: 3..2 in steps of 1 does not fit into dimension 0 of [4,3], which has 4");
        yield return Mistake(t => t(4, 3)[.., 3], "slice: 3..4 in steps of 1 does not fit into dimension 1 of [4,3], which has 3");
        yield return Mistake(t => t(4, 3)[^0], "slice: ^0..^0 holds no element of dimension 0 of [4,3], which has 4");
        yield return Mistake(t => t(4, 3).Sum([0, -2]), "sum: dimension -2 of [4,3] is named twice");
        yield return Mistake(t => t(4, 3).Norm(2, [5]), "norm: [4,3] has no dimension 5");
        yield return Mistake(t => t(0, 3).Max(), "max: [0,3] has no elements of which one could be it");
        yield return Mistake(t => t(4, 3).Std([2]), "std: [4,3] has no dimension 2");
        yield return Mistake(t => t(4, 3).Softmax(2), "softmax: [4,3] has no dimension 2");
        yield return Mistake(t => t(4, 3).Flip(2), "flip: [4,3] has no dimension 2");
        yield return Mistake(
            t => t(4, 3).Lerp(t(2), 0.5f), "lerp: [4,3] and [2] do not broadcast: extents 3 and 2 at dimension -1");
        yield return Mistake(
            t => t(4, 3).MaskedFill(t(2), 0), "masked_fill: [4,3] and [2] do not broadcast: extents 3 and 2 at dimension -1");
        yield return Mistake(t => t(4, 3).Normalize(2), "normalize: [4,3] has no dimension 2");
        yield return Mistake(t => t(4, 3).LayerNorm(1, t(2)),
            "layer_norm: [4,3] and [2] do not broadcast: extents 3 and 2 at dimension -1");
        yield return Mistake(
            t => t(4).LayerNorm(1, bias: t(3, 4)), "layer_norm: [3,4] does not broadcast to [4], but makes [3,4] of it");
        yield return Mistake(
            t => t(1, 2).BceWithLogits(t(1, 2), t(3, 1)), "bce_with_logits: [3,1] does not broadcast to [1,2], but makes [3,2] of it");
        yield return Mistake(
            t => t(1, 2).BceWithLogits(t(1, 2), positiveWeight: t(1, 1, 2)),
            "bce_with_logits: [1,1,2] does not broadcast to [1,2], but makes [1,1,2] of it");
        yield return Mistake(
            t => new ModulatedNorm(new InstanceNorm2d(3)).Forward(t(1, 3, 2, 2), t(2, 3, 1, 1), t(2, 3, 1, 1)),
            "modulated_norm: [2,3,1,1] does not broadcast to [1,3,2,2], but makes [2,3,2,2] of it");
        yield return Mistake(t => t(4, 3).LessThan(t(2)), "less_than: [2] and [4,3] do not broadcast: extents 2 and 3 at dimension -1");
        yield return Mistake(t => t(1, 6, 8).Conv1d(t(6, 2, 4)), "conv1d: input has 6 channels [1,6,1,8] but weight expects 2 [6,2,1,4]");
        yield return Mistake(t => t(1, 3, 4, 4).GridSample(t(1, 2, 2, 3)),
            "grid_sample: pictures [N, C, H, W] of at least one pixel and a grid [N, H, W, 2] are needed, not [1,3,4,4] and [1,2,2,3]");
        yield return Mistake(t => t(2, 3).AffineGrid(2),
            "affine_grid: maps [N, 2, 3] and a grid of at least 1x1 are needed, not [2,3] and 2x2");
        yield return Mistake(t => t(2, 4, 3).NllLoss(t(2, 4)), "nll_loss: [2,4,3] [N, classes, …] needs class indices [N, …], not [2,4]");
        yield return Mistake(t => t(1, 1, 3, 3).Pad((0, 0, 4, 0), PadMode.Circular),
            "pad: a circular padding by 4,0 (left,right) and 0,0 (top,bottom) needs larger planes than [1,1,3,3]: at most the extent");
        yield return Mistake(t => t(4, 3)[0, 0, 0], "slice: 3 indices are too many for [4,3]");
        yield return Mistake(t => t(4, 3).Reshape(5, -1), "reshape: no extent in the place of -1 makes [5,-1] of [4,3]");
        yield return Mistake(t => t(4, 3).Reshape(-1, -1), "reshape: no extent in the place of -1 makes [-1,-1] of [4,3]");
        yield return Mistake(t => t(4, 3).Squeeze(0), "squeeze: dimension 0 of [4,3] has extent 4, not 1");
        yield return Mistake(t => t(4, 3).Unsqueeze(3), "unsqueeze: [4,3] with one more dimension has no dimension 3");
        yield return Mistake(t => t(4, 3).Flatten(1, 0), "flatten: dimension 1 of [4,3] is behind dimension 0");
        yield return Mistake(t => TensorOps.Stack(0, t(4, 3), t(3, 4)), "stack: [4,3] and [3,4] must have the same shape");
        yield return Mistake(t => t(4, 3).Split(0, 1, 2)[0], "split: lengths 1 + 2 are not dimension 0 of [4,3], which has 4");
        yield return Mistake(
            t => t(4, 3).Gather(1, t(3, 2)),
            "gather: an index [3,2] along dimension 1 does not match [4,3]: its other extents must be equal, or 1");
        yield return Mistake(
            t => t(4, 3).ScatterAdd(1, t(4, 2), t(4, 3)),
            "scatter_add: a source [4,3] does not match an index [4,2] along dimension 1 of [4,3]");
        yield return Mistake(t => t(4, 3).IndexSelect(1, t(4, 2)), "index_select: indices [4,2] along dimension 1 of [4,3] must be [K]");
        yield return Mistake(t => t(4, 3).TopK(4).Values, "top_k: 4 elements of dimension -1 of [4,3], which has 3");
        yield return Mistake(t => t(4, 3).Argmax(2), "argmax: [4,3] has no dimension 2");
        yield return Mistake(
            t => t(1, 3, 2, 2).PixelShuffle(2),
            "pixel_shuffle: [1,3,2,2] by 2: the channels of [N, C, H, W] must be a multiple of the factor's square");
        yield return Mistake(
            t => t(1, 3, 3, 2).PixelUnshuffle(2),
            "pixel_unshuffle: [1,3,3,2] by 2: the sides of [N, C, H, W] must be multiples of the factor");
        yield return Mistake(t => t(2, 5).CrossEntropy(t(3)), "cross_entropy: input [2,5] and target [3] must have the same shape");
    }

    [TestCaseSource(nameof(Mistakes))]
    public void MessagesNameOpShapesAndCause(Func<Func<int[], Tensor>, Tensor> mistake, string message)
    {
        using var step = _device.Step();
        Fails.Saying<ShapeException>(() => mistake(shape => Tensor.Ones(new Shape(shape), _device)), message);
    }

    [Test]
    public void TensorsOfTwoDevicesDoNotMix()
    {
        using var other = Device.Open("cpu", threads: 1);
        using var a = Tensor.Ones(new Shape(1), _device);
        using var b = Tensor.Ones(new Shape(1), other);
        Assert.That(() => a.Add(b), Throws.TypeOf<DeviceException>().With.Message.StartsWith("add: inputs on cpu and on another cpu;"));
    }

    private delegate Tensor Make(params int[] extents);

    private static TestCaseData Mistake(Func<Make, Tensor> mistake, string message) =>
        new TestCaseData((Func<Func<int[], Tensor>, Tensor>)(make => mistake(extents => make(extents))), message)
            .SetArgDisplayNames(message);
}
