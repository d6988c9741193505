using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Updates of weights in the background of a replay: where they begin and end, and that this changes no bit.</summary>
internal sealed class BackgroundUpdateTests
{
    private const int Many = 150_000;
    private const int Few = 100;

    private static readonly AdamSettings s_adam = new(0.5f, 0.999f, 1e-8f, 0.01f, StepNumbers.AtOnce);
    private static readonly ConvGeometry s_inner = new(1, 12, 4, 40, new(4, 2, 2, 1), 1);

    [Test]
    public void BeginsWhenTheGradientIsCompleteAndTheWeightWasRead() => Assert.That(
        Actions(
            a => new CopyCall(a[4], a[1]),
            a => new CopyCall(a[0], a[5]),
            a => new CopyCall(a[6], a[7]),
            a => new AdamCall([Slot(a)], s_adam)),
        Is.EqualTo(new[] { "copy", "copy", "begun", "copy", "due" }));

    [Test]
    public void IsDoneBeforeTheNextReaderOfTheWeight() => Assert.That(
        Actions(
            a => new CopyCall(a[4], a[1]),
            a => new AdamCall([Slot(a)], s_adam),
            a => new CopyCall(a[6], a[7]),
            a => new CopyCall(a[0], a[5])),
        Is.EqualTo(new[] { "copy", "begun", "copy", "due", "copy" }));

    [TestCase(1, TestName = "IsDoneBeforeItsGradientIsOverwritten")]
    [TestCase(2, TestName = "IsDoneBeforeItsFirstMomentIsOverwritten")]
    [TestCase(3, TestName = "IsDoneBeforeItsSecondMomentIsOverwritten")]
    public void IsDoneBefore(int overwritten) => Assert.That(
        Actions(
            a => new CopyCall(a[4], a[1]),
            a => new AdamCall([Slot(a)], s_adam),
            a => new CopyCall(a[1], a[6]),
            a => new FillCall(a[overwritten], 1)),
        Is.EqualTo(new[] { "copy", "begun", "copy", "due", "fill" }));

    [Test]
    public void IsDoneBeforeTheWeightIsUpdatedAgain() => Assert.That(
        Actions(
            a => new CopyCall(a[4], a[1]),
            a => new AdamCall([Slot(a)], s_adam),
            a => new CopyCall(a[5], a[6]),
            a => new AdamCall([Slot(a) with { Gradient = a[6] }], s_adam),
            a => new FillCall(a[7], 1),
            a => new AdamCall([Slot(a)], s_adam)),
        Is.EqualTo(new[] { "copy", "begun", "copy", "due", "adam", "begun", "fill", "due" }));

    [Test]
    public void SmallWeightsStayWhereTheyAre() => Assert.That(
        Actions(
            a => new CopyCall(a[4], a[1]),
            a => new FillCall(a[5], 1),
            a => new AdamCall([Slot(a), .. Small(a)], s_adam)),
        Is.EqualTo(new[] { "copy", "begun", "fill", "adam", "due" }));

    [Test]
    public void AGradientFromBeforeTheListIsUpdatedWhereTheListSays() => Assert.That(
        Actions(a => new AdamCall([Slot(a)], s_adam)), Is.EqualTo(new[] { "adam" }));

    [Test]
    public void AGradientThatIsNeverWrittenKeepsNoMemoryBusy() => Assert.That(
        Actions(
            a => Inner(a),
            a => new FillCall(a[8], 1),
            a => new FillCall(a[9], 1),
            a => new FillCall(a[13], 1),
            a => new CopyCall(a[10], a[11])),
        Is.EqualTo(new[] { "begun", "fill", "fill", "fill", "due", "copy" }));

    /// <summary>Each number depends on an update, or is one's that something after it would spoil.</summary>
    [Test]
    public void GivesTheBitsOfOneCallAfterTheOther([Values(2, 3, 7)] int threads)
    {
        static KernelCall[] List(IReadOnlyList<DeviceSpan> a) =>
        [
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[4], a[1]),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[0], a[5]),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[6], a[7]),
            new AdamCall([Slot(a), .. Small(a)], s_adam),
            Inner(a),
            new FillCall(a[8], float.NaN),
            new FillCall(a[9], float.NaN),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[7], a[6]),
            new FillCall(a[1], float.NaN),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[0], a[4]),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[10], a[11]),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a[4], a[1]),
            Inner(a, 14),
        ];

        var expected = Run(1, rounds: 1)[0];
        Assert.That(Run(threads, rounds: 20), Is.All.EqualTo(expected));

        static string[] Run(int count, int rounds)
        {
            using var device = new CpuDevice(count);
            var arrays = ArraysOf(device);
            using var replay = device.Prepare(List([.. arrays.Spans]));
            var results = new string[rounds];
            for (var round = 0; round < rounds; round++)
            {
                arrays.Rewind();
                AdamCoefficients.SetRates(device.Numbers, s_adam, 2e-3f, step: 3);
                replay.Run();
                results[round] = string.Join(
                    ' ', arrays.Spans.Select(span => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<int>(arrays.Bits(span))))));
            }

            return results;
        }
    }

    /// <summary>
    /// weight, gradient, moments; four others of that size; x, dy, weight, other, moments, gradient; four small ones; x and dy.
    /// </summary>
    private static DeviceArrays ArraysOf(Device device)
    {
        var arrays = new DeviceArrays(device);
        var (x, dy, w) = (s_inner.C * s_inner.H * s_inner.W, s_inner.K * s_inner.OutH * s_inner.OutW, s_inner.K * s_inner.C * 16);
        foreach (var count in (int[])[Many, Many, Many, Many, Many, Many, Many, Many, x, dy, w, w, w, w, x, dy, Few, Few, Few, Few, w])
        {
            arrays.In(count, 0.1, 1);
        }

        return arrays;
    }

    private static AdamSlot Slot(IReadOnlyList<DeviceSpan> a) => new(a[0], a[1], a[2], a[3]);

    private static AdamSlot[] Small(IReadOnlyList<DeviceSpan> a) => [new(a[16], a[17], a[18], a[19])];

    private static Conv2dWeightGradientToAdamCall Inner(IReadOnlyList<DeviceSpan> a, int x = 8) =>
        new(a[x], a[x + 1], a[10], a[12], a[20], s_inner, s_adam);

    /// <summary>What a replay of a list on two threads does, in order.</summary>
    private static string[] Actions(params ReadOnlySpan<Func<IReadOnlyList<DeviceSpan>, KernelCall>> calls)
    {
        using var device = new CpuDevice(threads: 2);
        var arrays = ArraysOf(device);
        var list = new List<KernelCall>();
        foreach (var call in calls)
        {
            list.Add(call([.. arrays.Spans]));
        }

        return [.. new BackgroundPlan((CpuKernels)device.OwnKernels, list).Actions()
            .Select(action => action.Call?.Name ?? (action.Begun is null ? "due" : "begun"))];
    }
}
