using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Which algorithm computes which geometry, and what is said of it. On the widest kernel, whatever this processor has: nothing is computed
/// here.
/// </summary>
internal sealed class ConvolutionChoiceTests
{
    private static readonly MicroKernel s_widest = MicroKernel.Of512Bits();

    [TestCase(
        "1 256 66 66 256 3 3 1 0 1", "winograd on 6 points", "winograd on 6 points", "winograd on 6 points", TestName = "A residual block")]
    [TestCase(
        "1 512 16 16 512 4 4 2 1 1", "winograd on 3 points", "winograd on 3 points", "outer products", TestName = "A U-Net's fifth level")]
    [TestCase("1 512 4 4 512 4 4 2 1 1", "inner products", "columns", "outer products", TestName = "A U-Net's seventh level")]
    [TestCase(
        "16 512 4 4 512 3 3 1 1 1", "winograd on 6 points", "winograd on 6 points", "winograd on 6 points",
        TestName = "A batch of small pictures with many channels")]
    [TestCase("1 3 64 64 3 1 1 1 0 1", "direct", "direct", "direct", TestName = "A convolution of single pixels")]
    public void TheLeastCostDecides(string shape, string forward, string inputGradient, string weightGradient)
    {
        var g = ConvolutionTests.Geometry(shape);
        using var threads = new CpuThreads(1);
        Assert.That(Forward(g, s_widest, WinogradUse.WhereFaster), Is.EqualTo(forward));
        Assert.That(InputGradient(g, s_widest, WinogradUse.WhereFaster), Is.EqualTo(inputGradient));
        Assert.That(
            new ConvolutionAlgorithms(threads)
                .WeightGradient(g, PadMode.Constant, s_widest, WinogradUse.WhereFaster).Name, Is.EqualTo(weightGradient));
    }

    [Test]
    public void WhereASmallLayerIsBroughtToThePointsSoAreAllLargerOnes()
    {
        var names = Enumerable.Range(1, 12)
            .Select(i => Forward(ConvolutionTests.Geometry($"1 {8 * i} 64 64 {8 * i} 3 3 1 1 1"), s_widest, WinogradUse.WhereFaster))
            .ToList();
        Assert.That(names[0], Is.EqualTo("direct"));
        Assert.That(names[3], Is.EqualTo("winograd on 6 points"), "32 channels");
        Assert.That(names.SkipWhile(name => name == "direct"), Is.All.EqualTo("winograd on 6 points"));
    }

    [Test]
    public void WhereABatchOfSmallPicturesIsBroughtToThePointsSoIsOneWithMoreChannels([Values(16, 32, 48)] int batch)
    {
        var shapes = Enumerable.Range(1, 32)
            .Select(i => ConvolutionTests.Geometry($"{batch} {16 * i} 4 4 {16 * i} 3 3 1 1 1")).ToList();
        foreach (var names in (List<string>[])[
            shapes.ConvertAll(g => Forward(g, s_widest, WinogradUse.WhereFaster)),
            shapes.ConvertAll(g => InputGradient(g, s_widest, WinogradUse.WhereFaster))])
        {
            Assert.That(
                names.SkipWhile(name => name != "winograd on 6 points"), Is.Not.Empty.And.All.EqualTo("winograd on 6 points"),
                string.Join(", ", names));
        }
    }

    [TestCase("2 512 4 4 512 3 3 1 1 1", TestName = "Two small pictures are too few for their weight")]
    [TestCase("16 32 4 4 32 3 3 1 1 1", TestName = "Small pictures of few channels keep the bits of recorded steps")]
    [TestCase("2 64 4 4 64 3 3 1 1 1", TestName = "Nor are two small pictures enough for a small weight")]
    public void SmallPicturesAreNotBroughtToThePointsWhereThatTakesLonger(string shape) =>
        Assert.That(Forward(ConvolutionTests.Geometry(shape), s_widest, WinogradUse.WhereFaster), Is.EqualTo("direct"));

    [Test]
    public void AnInnermostLayerOfAHeldWeightReadsTheTapsThatSeeSomething()
    {
        using var threads = new CpuThreads(1);
        var g = ConvolutionTests.Geometry("1 512 2 2 512 4 4 2 1 1");
        var algorithms = new ConvolutionAlgorithms(threads);
        Assert.That(algorithms.Forward(g, PadMode.Constant, isHeld: true, s_widest, WinogradUse.WhereFaster).Name,
            Is.EqualTo("inner taps"));
        Assert.That(algorithms.InputGradient(g, isHeld: true, s_widest, WinogradUse.WhereFaster).Name, Is.EqualTo("inner taps"));
        Assert.That(
            algorithms.Forward(g, PadMode.Constant, isHeld: false, s_widest, WinogradUse.WhereFaster).Name, Is.EqualTo("inner products"));
    }

    [Test]
    public void TheNoteNamesTheCandidatesWithTheirCosts()
    {
        using var threads = new CpuThreads(1);
        var algorithms = new ConvolutionAlgorithms(threads);
        var plain = algorithms.Forward(
            ConvolutionTests.Geometry("1 128 128 128 256 3 3 2 1 1"), PadMode.Constant, isHeld: false, s_widest, WinogradUse.WhereFaster);
        Assert.That(plain.Note, Does.Match(@"^winograd on 4 points: least of winograd on 4 points 0\.\d\d, direct 1\.00$"));
        var never = algorithms.Forward(
            ConvolutionTests.Geometry("1 128 128 128 256 3 3 2 1 1"), PadMode.Constant, isHeld: false, s_widest, WinogradUse.Never);
        Assert.That(never.Note, Is.EqualTo("direct: no other way applies"));
    }

    [Test]
    public void OfEqualCostsTheFirstIsTaken()
    {
        var choice = ConvolutionChoice<int>.Of([new("a", 2, () => 1), new("b", 1, () => 2), new("c", 1, () => 3)]);
        Assert.That((choice.Name, choice.Note, choice.Pass), Is.EqualTo(("b", "b: least of a 2.00, b 1.00, c 1.00", 2)));
    }

    internal static string Forward(in ConvGeometry g, MicroKernel kernel, WinogradUse use)
    {
        using var threads = new CpuThreads(1);
        return new ConvolutionAlgorithms(threads).Forward(g, PadMode.Constant, isHeld: false, kernel, use).Name;
    }

    internal static string InputGradient(in ConvGeometry g, MicroKernel kernel, WinogradUse use)
    {
        using var threads = new CpuThreads(1);
        return new ConvolutionAlgorithms(threads).InputGradient(g, isHeld: false, kernel, use).Name;
    }
}
