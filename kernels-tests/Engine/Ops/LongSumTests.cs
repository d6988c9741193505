using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.EngineTests.Ops;

/// <summary>Sums without a bound, of equal numbers: three million, added one by one in float32, are 3 % off.</summary>
[TestFixtureSource(typeof(TestDevices.CpuFirst))]
internal sealed class LongSumTests(string device) : InStep(device)
{
    private const float Each = 0.1f;

    /// <summary>Products add up to 1024 terms in float32 on the processor.</summary>
    private const double OfProducts = 2e-5;

    /// <summary>The gradient of a weight adds up to 16,384 pixels in float32.</summary>
    private const double OfWeights = 2e-4;

    /// <summary>A sum of n of each, and n; beside it the tolerance.</summary>
    private static readonly Dictionary<string, (Func<LongSumTests, (Tensor Sum, double Terms)> Sum, double Tolerance)> s_sums = new()
    {
        ["sum"] = (t => (t.Full(t.Count).Sum(), t.Count), 1e-6),
        ["sum of columns"] = (t => (t.Full(t.Count / 3, 3).Sum([0]), t.Count / 3), 1e-6),
        ["mean"] = (t => (t.Full(t.Count).Mean(), 1), 1e-6),
        ["norm"] = (t => (t.Full(t.Count).Norm(), Math.Sqrt(t.Count)), 1e-6),
        ["cumulative sum"] = (t => (t.Full(t.Count).CumulativeSum(0)[^1], t.Count), 1e-6),
        ["log_softmax"] = (t => (t.Full(1, t.Count).LogSoftmax() * -Each, Math.Log(t.Count)), 1e-6),
        ["scatter_add"] = (t => (t.Zero(1).ScatterAdd(0, t.Zero(t.Count), t.Full(t.Count)), t.Count), 1e-6),
        ["scatter_add by elements"] = (
            t => (t.Zero(1, 3).ScatterAdd(0, t.Zero(t.Count / 3, 3), t.Full(t.Count / 3, 3)), t.Count / 3), 1e-6),
        ["gather"] = (t => (t.Gradient(t.Zero(1), x => x.Gather(0, t.Zero(t.Count))), t.Count), 1e-6),
        ["index_select"] = (t => (t.Gradient(t.Zero(1, 17), x => x.IndexSelect(0, t.Zero(t.Count / 17))), t.Count / 17), 1e-6),
        ["expand"] = (t => (t.Gradient(t.Zero(1, 5), x => x.Expand(new Shape(t.Count / 5, 5))), t.Count / 5), 1e-6),
        ["bias"] = (t => (t.Gradient(t.Zero(1), b => t.Zero(1, 1, t.Side, t.Side).Conv2d(t.Zero(1, 1, 1, 1), b)), t.Area), 1e-6),
        ["pad"] = (
            t => (t.Gradient(t.Zero(1, 1, 1, 1), x => x.Pad((0, t.Side - 1, 0, t.Side - 1), PadMode.Replicate)), t.Area), 1e-6),
        ["upsample"] = (t => (t.Gradient(t.Zero(1, 1, 1, 1), x => x.Upsample(t.Side)), t.Area), 1e-6),
        ["upsample, bilinear"] = (
            t => (t.Gradient(t.Zero(1, 1, 1, 1), x => x.Upsample(t.Side, UpsampleMode.Bilinear)), t.Area), OfProducts),
        ["dot product"] = (t => (t.Full(1, t.Count).MatMul(t.Ones(t.Count, 1)), t.Count), OfProducts),
        ["vector times matrix"] = (t => (t.Full(1, t.Count).MatMul(t.Ones(t.Count, 5)), t.Count), OfProducts),
        ["weight of a convolution, 1 × 1"] = (t => t.OfWeight(1, 1), OfWeights),
        ["weight of a convolution, stride 2"] = (t => t.OfWeight(3, 2), OfWeights),
        ["weight of a convolution, Winograd's"] = (t => t.OfWeight(3, 1), OfWeights),
        ["product of matrices"] = (t => (t.Full(5, t.Count).MatMul(t.Ones(t.Count, 7)), t.Count), OfProducts),
    };

    private int Count => Device is CpuDevice ? 3_000_000 : 90_000;

    private int Side => (int)Math.Sqrt(Count);

    private double Area => (double)Side * Side;

    private static IEnumerable<string> Names => s_sums.Keys;

    [TestCaseSource(nameof(Names))]
    public void LongSumsAreAsAccurateAsShortOnes(string sum)
    {
        var (actual, terms) = s_sums[sum].Sum(this);
        Assert.That(actual.ToArray(), Is.All.EqualTo(terms * Each).Within(s_sums[sum].Tolerance * terms * Each));
    }

    private Tensor Full(params int[] shape) => Tensor.Full(new Shape(shape), Each, Device);

    private Tensor Ones(params int[] shape) => Tensor.Ones(new Shape(shape), Device);

    private Tensor Zero(params int[] shape) => Tensor.Zeros(new Shape(shape), Device);

    /// <summary>The gradient of the weight of a convolution of ones; terms are the pixels of its output.</summary>
    private (Tensor Sum, double Terms) OfWeight(int kernel, int stride)
    {
        var (x, side) = (Ones(1, 16, Side, Side), ((Side - kernel) / stride) + 1);
        return (Gradient(Zero(16, 16, kernel, kernel), w => x.Conv2d(w, stride: stride)), (double)side * side);
    }

    /// <summary>The gradient of x where that of f(x) is <see cref="Each"/> everywhere.</summary>
    private Tensor Gradient(Tensor x, Func<Tensor, Tensor> f)
    {
        x.RequiresGrad = true;
        var y = f(x);
        return Differentiation.Gradients(y, [x], Tensor.Full(y.Shape, Each, Device))[0];
    }
}
