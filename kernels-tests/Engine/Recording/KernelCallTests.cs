using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Every call of the seam has its kernels, is recorded, and says truly what it reads, writes and stands for.</summary>
internal sealed class KernelCallTests
{
    private static readonly ConvGeometry s_conv = new(2, 3, (6, 8), 4, new(3, 1, 1, 1), (6, 8));

    private static IEnumerable<Type> CallTypes =>
        typeof(KernelCall).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(KernelCall)) && !type.IsAbstract);

    private static IEnumerable<TestCaseData> Cases() => KernelTable.Small.Select(c => new TestCaseData(c).SetArgDisplayNames(c.ToString()));

    private static IEnumerable<TestCaseData> FusedCases() =>
        KernelTable.Small.Zip(Cases()).Where(pair => pair.First.Call(new NoArrays()).Parts is not null).Select(pair => pair.Second);

    [Test]
    public void EveryCallHasARowInTheTable() =>
        Assert.That(KernelTable.Small.Select(c => c.Call(new NoArrays()).GetType()).Distinct(), Is.EquivalentTo(CallTypes));

    [TestCaseSource(nameof(CallTypes))]
    public void ACallHasAtMostNineOperands(Type call) =>
        Assert.That(call.GetConstructors().Max(constructor => constructor.GetParameters().Length), Is.InRange(1, 9));

    /// <summary>Only a call that has parts may be left out by a device.</summary>
    [TestCaseSource(nameof(CallTypes))]
    public void APlainCallHasAKernelOnEachDevice(Type call)
    {
        var hasParts = call.GetProperty(nameof(KernelCall.Parts))!.DeclaringType != typeof(KernelCall);
        var kernel = typeof(IKernel<>).MakeGenericType(call);
        Assert.That(hasParts || typeof(CpuKernels).IsAssignableTo(kernel), "the processor");
        Assert.That(hasParts || typeof(GpuKernels).IsAssignableTo(kernel), "accelerators");
    }

    [TestCaseSource(nameof(Cases))]
    public void ACallIsRecordedAndNotRun(KernelCase c)
    {
        using var device = new CpuDevice(1);
        var arrays = new DeviceArrays(device);
        var call = c.Call(arrays);
        using var recording = KernelRecording.Take(device, () => device.Kernels.Run(call));
        Assert.That(recording.Calls, Has.Count.EqualTo(1));
        Assert.That(recording.Calls[0], Is.SameAs(call));
        Assert.That(arrays.Spans.Select(arrays.Bits), Is.EqualTo(arrays.Spans.Select(arrays.FirstBits)), "nothing is computed yet");
        DeviceSpan Moved(DeviceSpan span) => span with { Offset = span.Offset + 1000 };
        Assert.That(call.Map(Moved).Reads, Is.EqualTo(call.Reads.Select(Moved)));
        Assert.That(call.Map(Moved).Writes, Is.EqualTo(call.Writes.Select(Moved)));
    }

    [TestCaseSource(nameof(FusedCases))]
    public void AFusedCallHasTheBitsOfItsParts(KernelCase c)
    {
        using var device = new CpuDevice(1);
        var (arrays, call, expected) = Run(c, device);
        arrays.Rewind();
        device.Kernels.Run(call, fused: false);
        Assert.That(call.Writes.Select(arrays.Bits), Is.EqualTo(expected));
        arrays.Rewind();
        call.RunParts(device.Kernels);
        Assert.That(call.Writes.Select(arrays.Bits), Is.EqualTo(expected));
        Assert.That(call with { }, Is.EqualTo(call), "parts that were listed are no argument");
    }

    [Test]
    public void APlainCallWithoutAKernelIsAnError()
    {
        IKernels none = new NoKernels();
        Fails.Saying<NotSupportedException>(
            () => none.Run(new CopyAllCall([new CopySlot(default(DeviceSpan), default)])),
            "copy: NoKernels has no kernel for it, and it has no parts to run instead");
    }

    [TestCaseSource(nameof(Cases))]
    public void ReadsAndWritesAreTheTruth(KernelCase c)
    {
        using var device = new CpuDevice(1);
        var (arrays, call, expected) = Run(c, device);
        foreach (var span in arrays.Spans.Except(call.Changes))
        {
            Assert.That(arrays.Bits(span), Is.EqualTo(arrays.FirstBits(span)), "an array that is not among the writes has changed");
        }

        arrays.Rewind(span => !call.Reads.Contains(span));
        device.Kernels.Run(call);
        Assert.That(call.Writes.Select(arrays.Bits), Is.EqualTo(expected), "the result depends on an array that is not among the reads");
    }

    [TestCaseSource(nameof(Cases))]
    public void InPlaceTheBitsAreTheSame(KernelCase c)
    {
        using var device = new CpuDevice(1);
        var (arrays, call, expected) = Run(c, device);
        foreach (var (write, read) in call.InPlace)
        {
            arrays.Rewind();
            DeviceSpan InPlace(DeviceSpan span) => span == write ? read : span;
            device.Kernels.Run(call.On(InPlace));
            Assert.That(call.Writes.Select(InPlace).Select(arrays.Bits), Is.EqualTo(expected));
        }
    }

    /// <summary>A fused call costs the operations of its parts, but touches each array once.</summary>
    [Test]
    public void CostsAreOperationsAndBytes()
    {
        var (x, w, dy, db) = (Span(288), Span(108), Span(384), Span(4));
        Assert.That(new Conv2dCall(x, w, null, dy, s_conv).Cost, Is.EqualTo(new OpCost(2 * 384 * 27, 4 * (288 + 108 + 384))));
        Assert.That(
            new Conv2dWeightAndBiasGradientCall(x, dy, w, db, s_conv).Cost,
            Is.EqualTo(new OpCost((2 * 384 * 27) + 4, 4 * (288 + 108 + 384 + 4))));
        Assert.That(new AddScaledCall(1, x, x).Cost, Is.EqualTo(new OpCost(288, 4 * 3 * 288)));
        var g = new MatMulGeometry(2, 3, 5, 4, TransposeA: false, TransposeB: false);
        Assert.That(new MatMulCall(Span(24), Span(40), Span(30), g).Cost, Is.EqualTo(new OpCost(240, 4 * 94)));

        static DeviceSpan Span(long length) => default(DeviceSpan) with { Length = length };
    }

    [Test]
    public void NamesAreThoseOfErrors()
    {
        var span = default(DeviceSpan);
        Assert.That(new Conv2dInputGradientCall(span, span, null, span, s_conv).Name, Is.EqualTo("conv2d_input_gradient"));
        Assert.That(new AddScaledCall(1, span, span).Name, Is.EqualTo("add_scaled"));
    }

    /// <returns>the arrays, the call, and the bits that it has written</returns>
    private static (DeviceArrays Arrays, KernelCall Call, List<int[]> Written) Run(KernelCase c, CpuDevice device)
    {
        var arrays = new DeviceArrays(device);
        var call = c.Call(arrays);
        device.Kernels.Run(call);
        return (arrays, call, [.. call.Writes.Select(arrays.Bits)]);
    }

    private sealed class NoKernels : IKernels
    {
        public bool Fuses(KernelCall call) => false;
    }
}
