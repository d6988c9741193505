using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Autodiff;

/// <summary>Shapes that do not fit: the message names the op, the shapes and the cause.</summary>
internal sealed class ErrorTests
{
    private readonly Device _device = Device.Open("cpu", threads: 1);

    private static IEnumerable<TestCaseData> Mistakes()
    {
        yield return Mistake(t => t(1, 6, 256, 256).Conv2d(t(64, 3, 4, 4)),
            "conv2d: input has 6 channels [1,6,256,256] but weight expects 3 [64,3,4,4]");
        yield return Mistake(t => t(1, 3, 2, 2).Conv2d(t(8, 3, 7, 7)),
            "conv2d: a 7x7 kernel with padding 0 and dilation 1 does not fit into input [1,3,2,2]");
        yield return Mistake(t => t(1, 3, 2, 2).Conv2d(t(8, 3, 1, 1), t(7)), "conv2d: bias [7] but weight [8,3,1,1] makes 8 channels");
        yield return Mistake(t => t(3, 2, 2).Conv2d(t(8, 3, 1, 1)), "conv2d: input [3,2,2] and weight [8,3,1,1] must have 4 dimensions each");
        yield return Mistake(t => t(1, 6, 8, 8).ConvTranspose2d(t(3, 6, 4, 4)),
            "conv_transpose2d: input has 6 channels [1,6,8,8] but weight [in,out,kh,kw] expects 3 [3,6,4,4]");
        yield return Mistake(t => t(1, 3, 8, 8).ConvTranspose2d(t(3, 6, 4, 4), stride: 2, outputPadding: 2),
            "conv_transpose2d: outputPadding 2 must be smaller than stride 2 or dilation 1");
        yield return Mistake(t => t(2, 3).Add(t(2, 4)), "add: [2,3] and [2,4] do not broadcast: extents 3 and 4 at dimension -1");
        yield return Mistake(t => t(2, 3).MatMul(t(4, 5)), "matmul: inner extents 3 and 4 differ: [2,3] · [4,5]");
        yield return Mistake(t => t(2, 3).MatMul(t(4, 5), transposeA: true, transposeB: true), "matmul: inner extents 2 and 5 differ: [2,3]ᵀ · [4,5]ᵀ");
        yield return Mistake(t => t(2, 3).Linear(t(5, 4)), "linear: input [2,3] must be [rows, in] for a weight [out, in] [5,4]");
        yield return Mistake(t => t(2, 3, 4, 4).BatchNorm(t(2), t(2)), "batch_norm: input has 3 channels [2,3,4,4] but weight [2]");
        yield return Mistake(t => t(5).InstanceNorm(), "instance_norm: input [5] must have at least 2 dimensions, [N, C, …]");
        yield return Mistake(t => t(1, 3, 3, 4).Pad(3, 3, 3, 3, PadMode.Reflect),
            "pad: a reflection by 3,3 (left,right) and 3,3 (top,bottom) needs larger planes than [1,3,3,4]: at most extent − 1");
        yield return Mistake(t => t(1, 3, 3, 4).Pad(-2, -2, 0, 0), "pad: amounts -2,-2 (left,right) and 0,0 (top,bottom) leave nothing of [1,3,3,4]");
        yield return Mistake(t => t(1, 1, 2, 2).MaxPool(3), "max_pool: a 3x3 window with padding 0 does not fit into input [1,1,2,2]");
        yield return Mistake(t => t(1, 1, 4, 4).AveragePool(2, padding: 2),
            "average_pool: window 2, stride 2, padding 2: window and stride start at 1, padding is at most half a window");
        yield return Mistake(t => t(1, 1, 4, 4).Upsample(0), "upsample: the factor 0 must be at least 1");
        yield return Mistake(t => TensorOps.Concat(1, t(1, 64, 3, 3), t(1, 64, 4, 4)),
            "concat: [1,64,3,3] and [1,64,4,4] can't be joined along dimension 1: the other extents must be equal");
        yield return Mistake(t => t(4, 3).Slice(0, 3, 2), "slice: 2 from 3 on does not fit into dimension 0 of [4,3], which has 4");
        yield return Mistake(t => t(4, 3).Reshape(new Shape(5, 2)), "reshape: [4,3] has 12 elements but [5,2] has 10");
        yield return Mistake(t => t(4, 3).Permute(0, 0), "permute: [0,0] is no order of the dimensions of [4,3]");
        yield return Mistake(t => t(4, 3).Sum([2]), "dimension 2 of a tensor of rank 2: [4,3]");
        yield return Mistake(t => t(4, 3).Expand(new Shape(3, 4)), "expand: [4,3] and [3,4] do not broadcast: extents 3 and 4 at dimension -1");
        yield return Mistake(t => t(4, 3).L1Loss(t(4, 1)), "l1_loss: input [4,3] and target [4,1] must have the same shape");
        yield return Mistake(t => t(2, 5).CrossEntropy([1, 2, 3]), "cross_entropy: 3 classes do not match logits [2,5], [N, classes, …]");
    }

    [OneTimeTearDown]
    public void CloseDevice() => _device.Dispose();

    [TestCaseSource(nameof(Mistakes))]
    public void MessagesNameOpShapesAndCause(Func<Func<int[], Tensor>, Tensor> mistake, string message)
    {
        using var step = _device.Step();
        Assert.That(() => mistake(shape => Tensor.Ones(new Shape(shape), _device)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(message));
    }

    [Test]
    public void TensorsOfTwoDevicesDoNotMix()
    {
        using var other = Device.Open("cpu", threads: 1);
        using var a = Tensor.Ones(new Shape(1), _device);
        using var b = Tensor.Ones(new Shape(1), other);
        Assert.That(() => a.Add(b), Throws.TypeOf<DeviceException>().With.Message.StartsWith("add: inputs on cpu and on cpu"));
    }

    private delegate Tensor Make(params int[] extents);

    private static TestCaseData Mistake(Func<Make, Tensor> mistake, string message) =>
        new TestCaseData((Func<Func<int[], Tensor>, Tensor>)(make => mistake(extents => make(extents))), message).SetArgDisplayNames(message);
}
