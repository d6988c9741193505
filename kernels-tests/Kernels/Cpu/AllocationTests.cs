using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// A kernel called again with the same shapes allocates nothing, so that a training run never waits for the garbage collector.
/// </summary>
internal sealed class AllocationTests
{
    private const int Count = 6 * 40 * 40;
    private static readonly Shape s_image = new(2, 3, 40, 40);
    private static readonly Shape s_channels = new(1, 3, 1, 1);
    private static readonly NormGeometry s_norm = new(2, 3, 1600, PerInstance: true);
    private static readonly PadGeometry s_padding = new(6, 40, 38, 0, 0, 1, 1);
    private static readonly UpsampleGeometry s_doubling = new(6, 20, 20, 2);
    private static readonly PoolGeometry s_pool = new(6, 40, 40, 3, 3, 1, 1, 1, 1, 40, 40);
    private static readonly RandomKey s_key = new(1, 2, 3, 4);

    private static readonly (string Name, Func<DeviceSpan, DeviceSpan, DeviceSpan, KernelCall> Call)[] s_kernels =
    [
        ("Fill", (x, y, z) => new FillCall(z, 1)),
        ("Copy", (x, y, z) => new CopyCall(x, z)),
        (
            "CopyBlock",
            (x, y, z) => new CopyBlockCall(x, s_image, [0, 0, 0, 0], z, s_image, [0, 1, 0, 0], new Shape(2, 2, 40, 40))),
        ("Permute", (x, y, z) => new PermuteCall(x, s_image, [0, 2, 3, 1], z)),
        ("Unary", (x, y, z) => new UnaryCall(UnaryFunction.Tanh, 0, 0, x, z)),
        ("UnaryGradient", (x, y, z) => new UnaryGradientCall(UnaryFunction.Tanh, 0, 0, x, y, z)),
        ("Binary", (x, y, z) => new BinaryCall(
            BinaryFunction.Multiply, x, s_image, y with { Length = 3 }, s_channels, z, s_image)),
        ("AddScaled", (x, y, z) => new AddScaledCall(2, x, z)),
        ("Expand", (x, y, z) => new ExpandCall(x with { Length = 3 }, s_channels, z, s_image)),
        ("Reduce", (x, y, z) => new ReduceCall(Reduction.Mean, x, s_image, z with { Length = 3 }, s_channels)),
        ("Moments", (x, y, z) => new MomentsCall(x, z with { Length = 6 }, y with { Length = 6 }, s_norm)),
        ("Normalize", (x, y, z) => new NormalizeCall(
            new(x, y with { Length = 6 }, y with { Length = 6 }, null, null, s_norm, 1), z)),
        ("NormalizeGradient", (x, y, z) => new NormalizeGradientCall(
            new(x, y with { Length = 6 }, y with { Length = 6 }, null, null, s_norm, 1), y, z, null, null)),
        ("Pad", (x, y, z) => new PadCall(PadMode.Reflect, 0, x with { Length = 6 * 40 * 38 }, z, s_padding)),
        ("PadGradient", (x, y, z) => new PadGradientCall(PadMode.Reflect, x, z with { Length = 6 * 40 * 38 }, s_padding)),
        ("Nearest", (x, y, z) => new UpsampleCall(UpsampleMode.Nearest, x with { Length = Count / 4 }, z, s_doubling)),
        ("Bilinear", (x, y, z) => new UpsampleCall(UpsampleMode.Bilinear, x with { Length = Count / 4 }, z, s_doubling)),
        ("BilinearGradient", (x, y, z) => new UpsampleGradientCall(
            UpsampleMode.Bilinear, x, z with { Length = Count / 4 }, s_doubling)),
        ("AveragePool", (x, y, z) => new AveragePoolCall(x, z, s_pool)),
        ("AveragePoolGradient", (x, y, z) => new AveragePoolGradientCall(x, z, s_pool)),
        ("MaxPool", (x, y, z) => new MaxPoolCall(x, z, s_pool)),
        ("MaxPoolGradient", (x, y, z) => new MaxPoolGradientCall(x, y, z, s_pool)),
        ("LogSoftmax", (x, y, z) => new LogSoftmaxCall(x, z, 240, 40)),
        ("Uniform", (x, y, z) => new UniformCall(s_key, z)),
        ("Normal", (x, y, z) => new NormalCall(s_key, z)),
        ("Dropout", (x, y, z) => new DropoutCall(s_key, 0.5f, x, z)),
        ("Adam", (x, y, z) => new AdamCall(
            [new AdamSlot(z, x, y, x)], new AdamSettings(0.9f, 0.999f, 1e-8f, 0, StepNumbers.AtOnce))),
        ("Exchange", (x, y, z) => new ExchangeCall(x, y, Count, StepNumbers.AtOnce, z)),
        ("Sgd", (x, y, z) => new SgdCall([new SgdSlot(z, x, null)], StepNumbers.AtOnce, 0, 0)),
        ("RmsProp", (x, y, z) => new RmsPropCall(
            [new RmsPropSlot(z, x, y, null)], new RmsPropSettings(0.9f, 1e-8f, 0, 0, RmsPropConvention.PyTorch, StepNumbers.AtOnce))),
        ("TrackStatistics", (x, y, z) => new TrackStatisticsCall(x, x, new TrackedStatistics(y, z, null, 0.1f, 1))),
        ("NormTo", (x, y, z) => new NormToCall(
            new(x, y with { Length = 3 }, y with { Length = 3 }, null, null, s_norm with { PerInstance = false }, 1), null, z,
            null, null, null, new NormTail(UnaryFunction.Relu))),
        ("Lerp", (x, y, z) => new LerpCall(x, StepNumbers.AtOnce, z)),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        s_kernels.Select(kernel => new TestCaseData(kernel.Call).SetArgDisplayNames(kernel.Name));

    [TestCaseSource(nameof(Cases))]
    public void The_second_call_allocates_nothing(Func<DeviceSpan, DeviceSpan, DeviceSpan, KernelCall> of)
    {
        using var device = new CpuDevice(1);
        DeviceSpan New()
        {
            var span = new DeviceSpan(device.Allocate(Count), 0, Count);
            device.Upload(Numbers.Some(Count, low: 0.1, high: 1), span);
            return span;
        }

        var call = of(New(), New(), New());
        device.Kernels.Run(call);
        var before = GC.GetAllocatedBytesForCurrentThread();
        device.Kernels.Run(call);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
