using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.Tensors.Devices.Tuning;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Algorithms chosen by measurement: right whichever is taken, kept for later processes, and only for whoever asks.</summary>
internal sealed class ConvolutionTuningTests
{
    private const double Tolerance = 4e-6;

    /// <summary>A convolution with a form of Winograd's algorithm, and a product for few pixels in another.</summary>
    private static readonly string[] s_shapes = ["2 48 18 18 48 3 3 1 0 1", "1 64 4 4 64 4 4 2 1 1"];

    private string _file = "";

    [SetUp]
    public void ChooseAFile() => _file = Path.Combine(Directory.CreateTempSubdirectory("ilgpugan-").FullName, "processor.json");

    [TearDown]
    public void RemoveTheFile() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [TestCaseSource(nameof(s_shapes))]
    public void WhateverIsTheFastestGivesTheResult(string shape)
    {
        var g = ConvolutionTests.Geometry(shape);
        var x = ConvolutionTests.Numbers(g.N * g.C * g.H * g.W, 1);
        var w = ConvolutionTests.Numbers(g.K * g.C * g.KernelH * g.KernelW, 2);
        var dy = ConvolutionTests.Numbers(g.N * g.K * g.OutH * g.OutW, 3);
        var expected = (
            Y: ReferenceConvolution.Forward(x, w, null, g), Dx: ReferenceConvolution.InputGradient(dy, w, null, g),
            Dw: ReferenceConvolution.WeightGradient(x, dy, g));
        foreach (var clock in new[] { TheFirst(), TheLast() })
        {
            File.Delete(_file);
            using var device = new CpuBench(2, MicroKernel.Best, tunings: Measured(clock));
            var (y, dx, dw) = (device.New(expected.Y.Length), device.New(expected.Dx.Length), device.New(expected.Dw.Length));
            device.Kernels.Run(new Conv2dCall(device.Put(x), device.Put(w), null, y, g));
            device.Kernels.Run(new Conv2dInputGradientCall(device.Put(dy), device.Put(w), null, dx, g));
            device.Kernels.Run(new Conv2dWeightGradientCall(device.Put(x), device.Put(dy), dw, g));
            Assert.That(ConvolutionTests.RelativeError(device.Get(y), expected.Y), Is.LessThan(Tolerance));
            Assert.That(ConvolutionTests.RelativeError(device.Get(dx), expected.Dx), Is.LessThan(Tolerance));
            Assert.That(ConvolutionTests.RelativeError(device.Get(dw), expected.Dw), Is.LessThan(Tolerance));
        }
    }

    [Test]
    public void TheFastestIsTakenAndKeptForLaterProcesses()
    {
        ConvolutionCandidate<int>[] candidates = [new("direct", 3, () => 1), new("columns", 1, () => 2), new("inner products", 2, () => 3)];
        var tried = new List<int>();
        var measured = Measured(TheLast()).Choose("forward of something", candidates, tried.Add);
        var known = Measured(Never()).Choose("forward of something", candidates, tried.Add);

        Assert.That(tried, Is.EqualTo(new[] { 2, 1, 3 }), "that of least cost first");
        Assert.That((measured.Name, measured.Pass), Is.EqualTo(("inner products", 3)));
        Assert.That(
            measured.Note, Is.EqualTo("inner products: measured, columns 1000000 µs, direct 500000 µs, inner products 333333 µs"));
        Assert.That((known.Name, known.Pass), Is.EqualTo(("inner products", 3)));
        Assert.That(known.Note, Is.EqualTo("inner products: measured to be the fastest before"));
    }

    [Test]
    public void CostsDecideWhereTimesAreAlikeOrNothingCanBeMeasured()
    {
        ConvolutionCandidate<int>[] candidates = [new("direct", 3, () => 1), new("columns", 1, () => 2)];
        Assert.That(Measured(Never()).Choose("a", candidates, trial: null).Name, Is.EqualTo("columns"));
        Assert.That(Measured(Never()).Choose("a", candidates[..1], _ => { }).Name, Is.EqualTo("direct"), "there is no other way");
        var (calls, seconds) = (0, new[] { 1.0, 0.98 });
        Assert.That(Measured(_ => seconds[calls++]).Choose("a", candidates, _ => { }).Name, Is.EqualTo("columns"), "2 % are noise");
    }

    [Test]
    public void WhatIsNotKnownIsMeasuredAgain()
    {
        ConvolutionCandidate<int>[] candidates = [new("direct", 1, () => 1), new("columns", 3, () => 2)];
        Measured(TheLast()).Choose("a", candidates, _ => { });
        var text = File.ReadAllText(_file);
        Assert.That(text, Does.Contain("columns"));
        foreach (var damaged
            in new[] { text.Replace("columns", "magic"), text.Replace("\"columns\"", "null"), text[..^9], text.Replace("a proc", "b") })
        {
            File.WriteAllText(_file, damaged);
            Assert.That(Measured(TheFirst()).Choose("a", candidates, _ => { }).Name, Is.EqualTo("direct"), damaged);
        }

        Measured(TheLast()).Choose("a", candidates, _ => { });
        Assert.That(
            Measured(TheFirst()).Choose<int>("a", [candidates[0], new("inner products", 2, () => 3)], _ => { }).Name, Is.EqualTo("direct"),
            "what was the fastest does not apply any more");
    }

    /// <summary>An update that is fused with its gradient has that gradient's bits: of the algorithm that was measured.</summary>
    [Test]
    public void AFusedUpdateIsThatOfTheMeasuredGradient()
    {
        var g = ConvolutionTests.Geometry("1 64 4 4 64 4 4 2 1 1");
        using (var plain = new CpuBench(1, MicroKernel.Best))
        {
            Assert.That(plain.Kernels.UpdatesWeights(g), Is.True, "the outer products of few pixels update weights as they go");
        }

        using var device = new CpuBench(1, MicroKernel.Best, WinogradUse.WhereFaster, Measured(TheLast()));
        device.Kernels.Run(new Conv2dWeightGradientCall(
            device.Put(ConvolutionTests.Numbers(g.C * g.H * g.W, 1)), device.Put(ConvolutionTests.Numbers(g.K * g.OutH * g.OutW, 2)),
            device.New(g.K * g.C * g.KernelH * g.KernelW), g));
        Assert.That(File.ReadAllText(_file), Does.Contain("direct"));
        Assert.That(device.Kernels.UpdatesWeights(g), Is.False);
    }

    /// <summary>Without being asked nothing is measured, and nothing is read: bits are those of the costs.</summary>
    [Test]
    public void NothingIsMeasuredUnlessAsked()
    {
        Assume.That(Environment.GetEnvironmentVariable(Tunings.Variable), Is.Null);
        using var threads = new IlgpuGan.Tensors.Devices.Cpu.CpuThreads(1);
        Assert.That(ConvolutionTunings.Of(threads), Is.Null);
    }

    private ConvolutionTunings Measured(Func<Action, double> clock) =>
        new(new TuningTable(_file, "a processor", ConvolutionAlgorithms.IsName)) { Clock = clock };

    private static Func<Action, double> TheFirst() => Counting(call => call);

    private static Func<Action, double> TheLast() => Counting(call => 1.0 / call);

    private static Func<Action, double> Never() => _ => throw new AssertionException("measured");

    /// <summary>A clock that runs what it is given, and says what it likes.</summary>
    private static Func<Action, double> Counting(Func<int, double> seconds)
    {
        var calls = 0;
        return call =>
        {
            call();
            return seconds(++calls);
        };
    }
}
