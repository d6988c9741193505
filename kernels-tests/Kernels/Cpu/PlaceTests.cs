namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Strided copies, gathering, scattering and order: many sizes, any number of threads, ties and NaN.</summary>
internal sealed class PlaceTests
{
    private static readonly StrideGeometry[] s_strides =
    [
        new(1, 1, 1, 1, 0, 1, 1, 0, 1),
        new(3, 37, 1, 37, 36, -1, 37, 0, 1),
        new(2, 70000, 1, 70000, 69999, -1, 70000, 0, 1),
        new(2, 25000, 1, 50001, 1, 2, 25000, 0, 1),
        new(5, 7, 33, 15, 14, -2, 7, 0, 1),
        new(2, 9, 700, 9, 0, 1, 40, 37, -4),
        new(1, 3, 90000, 7, 6, -3, 3, 0, 1),
    ];

    private static readonly GatherGeometry[] s_indices =
    [
        new(1, 1, 1, 1, 0, 1, 0),
        new(1, 10, 50000, 1, 0, 1, 0),
        new(1, 50, 7, 9000, 0, 1, 0),
        new(3, 50, 70, 33, 70, 1, 0),
        new(3, 50, 70, 33, 0, 1, 0),
        new(3, 5, 40, 333, 40 * 333, 333, 1),
        new(4, 6, 40, 333, 0, 333, 1),
        new(70, 40, 40, 1, 40, 1, 0),
    ];

    private static readonly TopKGeometry[] s_orders =
    [
        new(1, 1, 1, 1, 1), new(3, 1000, 1, 1, -1), new(2, 7, 1, 37, 1), new(3, 7, 1, 5, -1), new(1, 50000, 1, 1, 1),
        new(5, 200, 17, 1, 1), new(2, 30, 30, 9, -1), new(1, 20000, 20000, 1, -1), new(3, 9, 2, 333, 1),
        new(3, 100, 1, 1, -1, NanFirst: 0), new(2, 30, 30, 9, -1, NanFirst: 0), new(2, 7, 1, 37, 1, NanFirst: 0),
    ];

    [TestCaseSource(nameof(s_strides))]
    public void CopyStrided(StrideGeometry g)
    {
        var x = Numbers.Some((long)g.Outer * g.XExtent * g.Inner, seed: 1);
        var expected = Numbers.Some((long)g.Outer * g.YExtent * g.Inner, seed: 2);
        var y = KernelRun.Of(run =>
        {
            var output = run.InOut(expected);
            run.Kernels.Run(new CopyStridedCall(run.Input(x), output, g));
            return output;
        });
        Each(g.Outer, g.Count, g.Inner, (o, k, i) => expected[(((o * g.YExtent) + g.YStart + (k * g.YStep)) * g.Inner) + i] =
            x[(((o * g.XExtent) + g.XStart + (k * g.XStep)) * g.Inner) + i]);
        Numbers.AssertSameBits(y, expected, "y");
    }

    [TestCaseSource(nameof(s_indices))]
    public void Gather(GatherGeometry g)
    {
        var x = Numbers.Some((long)g.Outer * g.Extent * g.Inner);
        var places = Places(g);
        var expected = new float[g.Outer * g.Count * g.Inner];
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(expected.Length);
            run.Kernels.Run(new GatherCall(run.Input(x), run.Input(places), output, g));
            return output;
        });
        Each(g.Outer, g.Count, g.Inner, (o, k, i) =>
            expected[(((o * g.Count) + k) * g.Inner) + i] = x[(((o * g.Extent) + Place(places, g, o, k, i)) * g.Inner) + i]);
        Numbers.AssertSameBits(y, expected, "y");
    }

    [TestCaseSource(nameof(s_indices))]
    public void ScatterAdd(GatherGeometry g)
    {
        var x = Numbers.Some((long)g.Outer * g.Count * g.Inner);
        var places = Places(g);
        var expected = new float[(long)g.Outer * g.Extent * g.Inner];
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(expected.Length);
            run.Kernels.Run(new ScatterAddCall(run.Input(x), run.Input(places), output, g));
            return output;
        });
        Each(g.Outer, g.Count, g.Inner, (o, k, i) =>
            expected[(((o * g.Extent) + Place(places, g, o, k, i)) * g.Inner) + i] += x[(((o * g.Count) + k) * g.Inner) + i]);
        Numbers.AssertSameBits(y, expected, "the order of the sums is that of x");
    }

    [TestCaseSource(nameof(s_orders))]
    public void TopK(TopKGeometry g)
    {
        // Few different numbers, so that many are equal, both zeros and NaN among them.
        float[] choice = [-2, -1, -0f, 0, 1, 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var random = new Random(3);
        var x = Array.ConvertAll(
            new float[g.Outer * g.Extent * g.Inner],
            _ => random.Next(3) == 0 ? choice[random.Next(choice.Length)] : random.Next(-9, 9) / 4f);
        var places = KernelRun.Of(run =>
        {
            var output = run.Output((long)g.Outer * g.Count * g.Inner);
            run.Kernels.Run(new TopKCall(run.Input(x), output, g));
            return output;
        });
        Each(g.Outer, 1, g.Inner, (o, _, i) =>
        {
            float Value(int k) => x[(((o * g.Extent) + k) * g.Inner) + i];
            var expected = Enumerable.Range(0, g.Extent)
                .OrderByDescending(k => float.IsNaN(Value(k)) == (g.NanFirst != 0)).ThenBy(k => g.Sign > 0 ? -Value(k)
                    : Value(k)).Take(g.Count)
                    .Select(k => (float)k);
            var actual = Enumerable.Range(0, g.Count).Select(k => places[(((o * g.Count) + k) * g.Inner) + i]);
            Assert.That(actual.SequenceEqual(expected), $"line {o}, {i}");
        });
    }

    [TestCase(5)]
    [TestCase(-1)]
    [TestCase(1.5f)]
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void APlaceThatThereIsNotIsAnError(float place)
    {
        using var device = Device.Open("cpu", threads: 2);
        using var x = Tensor.Ones([5, 3], device);
        using var places = Tensor.From([0, place, 1], [3, 1], device);
        var g = new GatherGeometry(1, 5, 3, 3, 0, 1, 0);
        using var y = Tensor.Zeros([3, 3], device);
        Assert.That(
            () => device.Kernels.Run(new GatherCall(x.Span, places.Span, y.Span, g)),
            Throws.TypeOf<DeviceException>().With.Message.Contains("is not a valid index: the dimension has 5 elements"));
        Assert.That(
            () => device.Kernels.Run(new ScatterAddCall(y.Span, places.Span, x.Span, g)),
            Throws.TypeOf<DeviceException>().With.Message.Contains("is not a valid index: the dimension has 5 elements"));
    }

    private static float[] Places(in GatherGeometry g)
    {
        var count = ((g.Outer - 1) * g.IndexOuter) + ((g.Count - 1) * g.IndexStep) + ((g.Inner - 1) * g.IndexInner) + 1;
        var extent = g.Extent;
        var random = new Random(7);
        return Array.ConvertAll(new float[count], _ => (float)random.Next(extent));
    }

    private static int Place(float[] places, in GatherGeometry g, int o, int k, int i) =>
        (int)places[(o * g.IndexOuter) + (k * g.IndexStep) + (i * g.IndexInner)];

    private static void Each(int outer, int count, int inner, Action<int, int, int> action)
    {
        for (var o = 0; o < outer; o++)
        {
            for (var k = 0; k < count; k++)
            {
                for (var i = 0; i < inner; i++)
                {
                    action(o, k, i);
                }
            }
        }
    }
}
