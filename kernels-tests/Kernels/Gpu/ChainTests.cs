using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Devices.Recording.Fusion;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>Calls that become one launch: the bits of one launch each, which calls do, and which wait for which.</summary>
[TestFixture("ptx")]
[TestFixtureSource(typeof(TestDevices.Card))]
internal sealed class ChainTests(string name)
{
    private GpuDevice Device => (GpuDevice)TestDevices.Open(name);

    private IKernels Kernels => Device.OwnKernels;

    /// <summary>Arrays of one length are the work of several groups of threads: of 4, and of 18.</summary>
    [TestCase(900)]
    [TestCase(4500)]
    public void EachFunctionHasTheBitsOfItsOwnKernel(int length)
    {
        var shape = new Shape(length);
        var (a, b, y) = (New(length), New(length), Enumerable.Range(0, 20).Select(_ => New(length)).ToArray());
        KernelCall[] links =
        [
            new FillCall(y[0], 0.25f),
            new CopyCall(a, y[1]),
            new AddScaledCall(0.3f, a, y[2]),
            new UnaryCall(UnaryFunction.Affine, -1.5f, 0.7f, a, y[3]),
            new UnaryCall(UnaryFunction.Softplus, 0, 0, y[3], y[4]),
            new UnaryCall(UnaryFunction.Square, 0, 0, y[4], y[5]),
            new UnaryCall(UnaryFunction.Sign, 0, 0, b, y[6]),
            new UnaryGradientCall(UnaryFunction.Softplus, 0, 0, y[3], b, y[7]),
            new UnaryGradientCall(UnaryFunction.Square, 0, 0, a, y[7], y[8]),
            new UnaryGradientCall(UnaryFunction.Tanh, 0, 0, a, y[8], y[8]),
            new BinaryCall(BinaryFunction.Add, y[8], shape, a, shape, y[9], shape),
            new BinaryCall(BinaryFunction.Subtract, y[9], shape, b, shape, y[10], shape),
            new BinaryCall(BinaryFunction.Multiply, y[10], shape, y[9], shape, y[11], shape),
            new CopyAllCall([new CopySlot(a, y[12]), new CopySlot(y[11], y[9], y[9]), new CopySlot(null, y[19])]),
            new UnaryCall(UnaryFunction.Tanh, 0, 0, a, y[13]),
            new UnaryCall(UnaryFunction.Relu, 0, 0, a, y[14]),
            new UnaryCall(UnaryFunction.LeakyRelu, 0.2f, 0, a, y[15]),
            new UnaryGradientCall(UnaryFunction.Relu, 0, 0, y[14], b, y[16]),
            new UnaryGradientCall(UnaryFunction.LeakyRelu, 0.2f, 0, y[15], b, y[17]),
            new BinaryCall(BinaryFunction.AbsoluteDifference, a, shape, b, shape, y[18], shape),
        ];
        AssertSameBits(links, [a, b, .. y]);
    }

    /// <summary>One number by itself; few by one thread; a group of 64 threads and one of 256; and what becomes of the sums.</summary>
    [Test]
    public void SumsHaveTheBitsOfTheirOwnKernels()
    {
        var lengths = new[] { 1, 100, 150, 900, 4000 };
        var inputs = lengths.Select(New).ToArray();
        var sums = New(2 * lengths.Length);
        var links = new List<KernelCall>();
        for (var i = 0; i < lengths.Length; i++)
        {
            var (sum, mean) = (sums with { Offset = 2 * i, Length = 1 }, sums with { Offset = (2 * i) + 1, Length = 1 });
            links.Add(new ReduceCall(Reduction.Sum, inputs[i], new Shape(lengths[i]), sum, new Shape(1)));
            links.Add(new ReduceCall(Reduction.Mean, inputs[i], new Shape(1, lengths[i]), mean, new Shape(1, 1)));
            links.Add(new BinaryCall(BinaryFunction.Add, sum, new Shape(1), mean, new Shape(1), mean, new Shape(1)));
        }

        AssertSameBits([.. links], [.. inputs, sums]);
    }

    /// <summary>Arrays of several lengths, and parts of arrays, are one group's work however long they are.</summary>
    [Test]
    public void LinksMayReadAndWritePartsOfArrays()
    {
        var (long1, short1) = (New(3000), New(1000));
        var (middle, end) = (long1 with { Offset = 1000, Length = 1000 }, long1 with { Offset = 2500, Length = 500 });
        AssertSameBits(
            [
                new FillCall(long1, 0),
                new CopyCall(short1, middle),
                new AddScaledCall(1, middle, short1),
                new UnaryCall(UnaryFunction.Affine, 2, 1, long1 with { Length = 500 }, end),
                new UnaryCall(UnaryFunction.Square, 0, 0, long1, long1),
            ],
            [long1, short1]);
    }

    [Test]
    public void OnlyWhatALinkCanComputeIsOne()
    {
        var (x, y, row) = (New(6), New(6), New(3));
        Shape shape = new(2, 3), rowShape = new(3);
        Assert.Multiple(() =>
        {
            Assert.That(Kernels.Chains(new BinaryCall(BinaryFunction.Add, x, shape, y, shape, y, shape)));
            Assert.That(Kernels.Chains(new BinaryCall(BinaryFunction.Add, x, shape, row, rowShape, y, shape)), Is.False, "a broadcast");
            Assert.That(Kernels.Chains(new UnaryCall(UnaryFunction.Gelu, 0, 0, x, y)), Is.False, "a function that losses don't use");
            Assert.That(Kernels.Chains(new ReduceCall(Reduction.Sum, x, shape, row, new Shape(1, 3))), Is.False, "several sums");
            Assert.That(Kernels.Chains(new ReduceCall(Reduction.Maximum, x, shape, row, new Shape(1, 1))), Is.False);
            Assert.That(
                Kernels.Chains(new ReduceCall(Reduction.Sum, New(20_000), new Shape(20_000), row with { Length = 1 }, new Shape(1))),
                Is.False, "the work of several groups");
            Assert.That(TestDevices.Open("cpu").OwnKernels.Chains(new FillCall(x, 1)), Is.False);
        });
    }

    /// <summary>A chain is made where its last call was, if none of its calls is needed before or loses what it reads.</summary>
    [Test]
    public void CallsWaitForTheirChain()
    {
        var (a, b, c, large) = (New(10), New(10), New(10), New(5000));
        FillCall fill = new(a, 1);
        UnaryCall square = new(UnaryFunction.Square, 0, 0, a, b), negative = new(UnaryFunction.Affine, -1, 0, b, c);
        UnaryCall apart = new(UnaryFunction.Gelu, 0, 0, large, large);
        _ = TestDevices.Open("ptx"); // Beside a card there is none, which a test can't say within several assertions.
        Assert.Multiple(() =>
        {
            Assert.That(Chained(fill, apart, square, negative), Is.EqualTo(new[] { "unary", "chain of 3" }));
            Assert.That(
                Chained(fill, new UnaryCall(UnaryFunction.Gelu, 0, 0, a, c), square), Is.EqualTo(new[] { "fill", "unary", "unary" }),
                "somebody else reads what a link wrote");
            Assert.That(
                Chained(square, new UnaryCall(UnaryFunction.Gelu, 0, 0, c, a), negative), Is.EqualTo(new[] { "unary", "unary", "unary" }),
                "somebody else writes what a link reads");
            Assert.That(Chained(fill, new FillCall(large, 2), square), Is.EqualTo(new[] { "fill", "chain of 2" }), "of large arrays");
            Assert.That(
                Chained(new FillCall(large, 2), new UnaryCall(UnaryFunction.Square, 0, 0, large, New(5000))),
                Is.EqualTo(new[] { "chain of 2" }));
            var (longer, y) = (New(5002), New(5000));
            Assert.That(
                Chained(
                    new FillCall(longer with { Length = 5000 }, 2),
                    new UnaryCall(UnaryFunction.Square, 0, 0, longer with { Offset = 2, Length = 5000 }, y)),
                Is.EqualTo(new[] { "fill", "unary" }), "elements at one place of two arrays are not elements of one place in memory");
        });
    }

    /// <summary>A second function of an array is computed with the first, where nobody else needs its memory in between.</summary>
    [Test]
    public void ALargeCallGoesToAnEarlierOne()
    {
        var (x, y, z, other) = (New(5000), New(5000), New(5000), New(5000));
        UnaryCall first = new(UnaryFunction.LeakyRelu, 0.2f, 0, x, y), apart = new(UnaryFunction.Gelu, 0, 0, y, other),
            second = new(UnaryFunction.Relu, 0, 0, x, z);
        _ = TestDevices.Open("ptx"); // Beside a card there is none, which a test can't say within several assertions.
        Assert.Multiple(() =>
        {
            Assert.That(Chained(first, apart, second), Is.EqualTo(new[] { "chain of 2", "unary" }));
            Assert.That(
                Chained(first, apart, second with { X = y }), Is.EqualTo(new[] { "chain of 2", "unary" }), "a function of the first one's");
            Assert.That(
                Chained(first, new UnaryGradientCall(UnaryFunction.Gelu, 0, 0, y, z, other), second),
                Is.EqualTo(new[] { "unary", "unary_gradient", "unary" }), "somebody reads its memory");
            Assert.That(
                Chained(first, apart with { Y = z }, second), Is.EqualTo(new[] { "unary", "unary", "unary" }), "somebody writes there");
            Assert.That(
                Chained(first, apart with { Y = x }, second), Is.EqualTo(new[] { "unary", "unary", "unary" }), "its input is made later");
            Assert.That(
                Chained(first, apart, second with { X = other }), Is.EqualTo(new[] { "unary", "unary", "unary" }), "what it reads is, too");
            Assert.That(
                Chained(first, apart, new FillCall(z with { Length = 4999 }, 1)), Is.EqualTo(new[] { "unary", "unary", "fill" }),
                "of another length");
        });
    }

    private static string[] Chained(params KernelCall[] calls)
    {
        var graph = new ValueGraph(calls, _ => false);
        ChainFusion.Apply(graph, TestDevices.Open("ptx").OwnKernels);
        return [.. graph.Calls().Select(call => call is ChainCall chain ? $"chain of {chain.Links.Length}" : call.Name)];
    }

    /// <summary>Holds what a chain leaves in arrays against what its links leave one by one, and counts its launches.</summary>
    private void AssertSameBits(KernelCall[] links, DeviceSpan[] arrays)
    {
        var expected = After(() => Kernels.Run(new ChainCall(links), fused: false));
        var start = Device.Launches;
        var actual = After(() => Kernels.Run(new ChainCall(links)));
        Assert.That(links.Select(Kernels.Chains), Is.All.True);
        Assert.That(Device.Launches - start, Is.EqualTo(1));
        for (var i = 0; i < arrays.Length; i++)
        {
            Numbers.AssertSameBits(actual[i], expected[i], $"array {i}");
        }

        float[][] After(Action run)
        {
            for (var i = 0; i < arrays.Length; i++)
            {
                Device.Upload(Numbers.Some(arrays[i].Length, seed: i), arrays[i]);
            }

            run();
            return [.. arrays.Select(span =>
            {
                var values = new float[span.Length];
                Device.Download(span, values);
                return values;
            })];
        }
    }

    private DeviceSpan New(int length) => new(Device.Allocate(length), 0, length);
}
