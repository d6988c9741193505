using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Values share memory only where their times don't meet, or where a kernel works in place.</summary>
internal sealed class MemoryPlanTests() : OnCpu(threads: 1)
{
    [Test]
    public void ARandomListsValuesNeverMeet()
    {
        var random = new Random(1);
        for (var list = 0; list < 50; list++)
        {
            var values = new List<DeviceSpan>();
            var calls = new List<KernelCall>();
            for (var i = 0; i < 60; i++)
            {
                values.Add(New(random.Next(1, 200)));
                var x = values[random.Next(Math.Max(0, values.Count - 12), values.Count)];
                calls.Add(new ReduceCall(Reduction.Sum, x, new Shape((int)x.Length), values[^1], new Shape(1)));
            }

            var plan = new MemoryPlan(calls, storage => storage is TracedStorage);
            var placed = plan.Values().ToList();
            Assert.That(placed, Has.Count.EqualTo(values.Count));
            foreach (var a in placed)
            {
                Assert.That(a.Offset % 16, Is.Zero, "a cache line");
                Assert.That(a.Offset + a.Storage.Capacity, Is.LessThanOrEqualTo(plan.Blocks.Sum()));
                Assert.That(
                    placed.Where(b => b.Storage != a.Storage && b.First <= a.Last && a.First <= b.Last
                        && b.Offset < a.Offset + a.Storage.Capacity && a.Offset < b.Offset + b.Storage.Capacity),
                    Is.Empty);
            }
        }
    }

    [Test]
    public void AnActivationTakesTheMemoryOfWhatItReadsLast()
    {
        var (x, y, z) = (New(1000), New(1000), New(1000));
        KernelCall[] calls = [new FillCall(x, 1), Square(x, y), Square(y, z), Square(z, New(1000))];
        Assert.That(Blocks(calls), Is.EqualTo(new[] { 1088 }));
        Assert.That(Blocks([.. calls, new CopyCall(x, New(1000))]), Is.EqualTo(new[] { 2176 }), "the first is read again");
    }

    /// <summary>A composed kernel adds x to norm(x) after it has written norm(x).</summary>
    [Test]
    public void AnOperandInTwoRolesIsNotOverwritten()
    {
        var (x, other, mean, variance, y) = (New(1000), New(1000), New(1), New(1), New(1000));
        NormToCall norm = new(
            new(x, mean, variance, null, null, new NormGeometry(1, 1, 1000, PerInstance: true), 1e-5f), other, y, null, null, null,
            default);
        Assert.That(AreTogether(norm), "y takes x's place");
        Assert.That(AreTogether(norm with { Addend = x }), Is.False);

        bool AreTogether(NormToCall call)
        {
            KernelCall[] calls = [new FillCall(x, 1), new FillCall(other, 2), call, new CopyCall(y, New(1000))];
            var offsets = new MemoryPlan(calls, storage => storage is TracedStorage).Values().ToDictionary(v => v.Storage, v => v.Offset);
            return offsets[x.Storage] == offsets[y.Storage];
        }
    }

    [Test]
    public void ABlockHasAtMostWhatTheDeviceAllows()
    {
        var (a, b, sum) = (New(1000), New(1000), New(1000));
        var shape = new Shape(1000);
        KernelCall[] calls =
        [
            new FillCall(a, 1), new FillCall(b, 2), new BinaryCall(BinaryFunction.Add, a, shape, b, shape, sum, shape),
            new CopyCall(b, New(1000)),
        ];
        Assert.That(Blocks(calls), Is.EqualTo(new[] { 2176 }));
        Assert.That(Blocks(calls, largest: 1500), Is.EqualTo(new[] { 1088, 1088 }));
    }

    private IReadOnlyList<long> Blocks(KernelCall[] calls, long largest = long.MaxValue) =>
        new MemoryPlan(calls, storage => storage is TracedStorage, largest).Blocks;

    private DeviceSpan New(long count) => new(new TracedStorage(_device.Pool, count), 0, count);

    private static UnaryCall Square(DeviceSpan x, DeviceSpan y) => new(UnaryFunction.Square, 0, 0, x, y);
}
