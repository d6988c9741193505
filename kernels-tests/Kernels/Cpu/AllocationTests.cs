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

    private static readonly (string Name, Action<IKernels, DeviceSpan, DeviceSpan, DeviceSpan> Call)[] s_kernels =
    [
        ("Fill", (k, x, y, z) => k.Run(new FillCall(z, 1))),
        ("Copy", (k, x, y, z) => k.Run(new CopyCall(x, z))),
        (
            "CopyBlock",
            (k, x, y, z) => k.Run(new CopyBlockCall(
                x, s_image, [0, 0, 0, 0], z, s_image, [0, 1, 0, 0], new Shape(2, 2, 40, 40), Accumulate: true))),
        ("Permute", (k, x, y, z) => k.Run(new PermuteCall(x, s_image, [0, 2, 3, 1], z))),
        ("Unary", (k, x, y, z) => k.Run(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, z))),
        ("UnaryGradient", (k, x, y, z) => k.Run(new UnaryGradientCall(UnaryFunction.Tanh, 0, 0, x, y, z))),
        ("Binary", (k, x, y, z) => k.Run(new BinaryCall(
            BinaryFunction.Multiply, x, s_image, y with { Length = 3 }, s_channels, z, s_image))),
        ("AddScaled", (k, x, y, z) => k.Run(new AddScaledCall(2, x, z))),
        ("Expand", (k, x, y, z) => k.Run(new ExpandCall(x with { Length = 3 }, s_channels, z, s_image))),
        ("Reduce", (k, x, y, z) => k.Run(new ReduceCall(Reduction.Mean, x, s_image, z with { Length = 3 }, s_channels))),
        ("Moments", (k, x, y, z) => k.Run(new MomentsCall(x, z with { Length = 6 }, y with { Length = 6 }, s_norm))),
        ("Normalize", (k, x, y, z) => k.Run(new NormalizeCall(
            new(x, y with { Length = 6 }, y with { Length = 6 }, null, null, s_norm, 1), z))),
        ("NormalizeGradient", (k, x, y, z) => k.Run(new NormalizeGradientCall(
            new(x, y with { Length = 6 }, y with { Length = 6 }, null, null, s_norm, 1), y, z, null, null))),
        ("Pad", (k, x, y, z) => k.Run(new PadCall(PadMode.Reflect, 0, x with { Length = 6 * 40 * 38 }, z, s_padding))),
        ("PadGradient", (k, x, y, z) => k.Run(new PadGradientCall(PadMode.Reflect, x, z with { Length = 6 * 40 * 38 }, s_padding))),
        ("Nearest", (k, x, y, z) => k.Run(new UpsampleCall(UpsampleMode.Nearest, x with { Length = Count / 4 }, z, s_doubling))),
        ("Bilinear", (k, x, y, z) => k.Run(new UpsampleCall(UpsampleMode.Bilinear, x with { Length = Count / 4 }, z, s_doubling))),
        ("BilinearGradient", (k, x, y, z) => k.Run(new UpsampleGradientCall(
            UpsampleMode.Bilinear, x, z with { Length = Count / 4 }, s_doubling))),
        ("AveragePool", (k, x, y, z) => k.Run(new AveragePoolCall(x, z, s_pool))),
        ("AveragePoolGradient", (k, x, y, z) => k.Run(new AveragePoolGradientCall(x, z, s_pool))),
        ("MaxPool", (k, x, y, z) => k.Run(new MaxPoolCall(x, z, s_pool))),
        ("MaxPoolGradient", (k, x, y, z) => k.Run(new MaxPoolGradientCall(x, y, z, s_pool))),
        ("LogSoftmax", (k, x, y, z) => k.Run(new LogSoftmaxCall(x, z, 240, 40))),
        ("Uniform", (k, x, y, z) => k.Run(new UniformCall(s_key, z))),
        ("Normal", (k, x, y, z) => k.Run(new NormalCall(s_key, z))),
        ("Dropout", (k, x, y, z) => k.Run(new DropoutCall(s_key, 0.5f, x, z))),
        ("Adam", (k, x, y, z) => k.Run(new AdamCall(
            [new AdamSlot(z, x, y, x)], new AdamSettings(0.9f, 0.999f, 1e-8f, 0, StepNumbers.AtOnce)))),
        ("Exchange", (k, x, y, z) => k.Run(new ExchangeCall(x, y, Count, StepNumbers.AtOnce, z))),
        ("Sgd", (k, x, y, z) => k.Run(new SgdCall([new SgdSlot(z, x, null)], StepNumbers.AtOnce, 0, 0))),
        ("RmsProp", (k, x, y, z) => k.Run(new RmsPropCall(
            [new RmsPropSlot(z, x, y, null)], new RmsPropSettings(0.9f, 1e-8f, 0, 0, RmsPropConvention.PyTorch, StepNumbers.AtOnce)))),
        ("Lerp", (k, x, y, z) => k.Run(new LerpCall(x, StepNumbers.AtOnce, z))),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        s_kernels.Select(kernel => new TestCaseData(kernel.Call).SetArgDisplayNames(kernel.Name));

    [TestCaseSource(nameof(Cases))]
    public void The_second_call_allocates_nothing(Action<IKernels, DeviceSpan, DeviceSpan, DeviceSpan> call)
    {
        using var device = new CpuDevice(1);
        DeviceSpan New()
        {
            var span = new DeviceSpan(device.Allocate(Count), 0, Count);
            device.Upload(Numbers.Some(Count, low: 0.1, high: 1), span);
            return span;
        }

        var (x, y, z) = (New(), New(), New());
        call(device.Kernels, x, y, z);
        var before = GC.GetAllocatedBytesForCurrentThread();
        call(device.Kernels, x, y, z);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
