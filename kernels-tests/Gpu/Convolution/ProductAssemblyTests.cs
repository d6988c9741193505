using ILGPU.Backends;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.Compiler;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>The product kernels as machine code. That none of them spills is checked with all other kernels.</summary>
internal sealed class ProductAssemblyTests
{
    [Test]
    [Exhaustive]
    public void GroupsFitAMultiprocessor()
    {
        const int RegistersOfAMultiprocessor = 65536, SharedBytesWithoutAsking = 48 * 1024;
        var kernels = ProductKernels.All;
        var reports = Ptxas.Assemble([.. kernels.Select(kernel => KernelCompiler.Compile(Request(kernel, Compiling.Sm80)))]);
        foreach (var (kernel, report) in kernels.Zip(reports))
        {
            var name = $"{RungNames.Of(kernel.Rung)} {kernel.Shape} {kernel.Precision}";
            var groups = kernel.Bounds.MinNumGroupsPerMultiprocessor ?? 1;
            Assert.That(report.Registers * kernel.Tile.Threads * groups, Is.LessThanOrEqualTo(RegistersOfAMultiprocessor), name);
            Assert.That(report.SharedBytes, Is.LessThanOrEqualTo(SharedBytesWithoutAsking).And.LessThanOrEqualTo(kernel.SharedBytes), name);
        }
    }

    /// <summary>
    /// Where two large float32 tiles are to fit, the assembler keeps a few numbers in memory at most: ten of those that a group needs from
    /// before its loop to behind it, and as many while the last group of a tile adds.
    /// </summary>
    [Test]
    public void RoomForTwoGroupsCostsFewSpills()
    {
        const int MostSpillBytes = 80;
        var kernels = ProductKernels.All.Where(kernel => kernel.Bounds.MinNumGroupsPerMultiprocessor == 2).ToList();
        Assert.That(kernels.Select(kernel => kernel.Shape), Is.All.EqualTo(TileShape.Large));
        Assert.That(kernels.Select(kernel => kernel.Precision), Is.All.EqualTo(ProductPrecision.Fp32));
        Assert.That(kernels, Has.Count.EqualTo(6), "three rungs, each reading in two ways");
        var reports = Ptxas.Assemble([.. kernels.Select(kernel => KernelCompiler.Compile(Request(kernel, Compiling.Sm90)))]);
        foreach (var (kernel, report) in kernels.Zip(reports))
        {
            TestContext.Out.WriteLine($"{kernel.Rung} {kernel.IsAlongDepth}: {report.Registers} registers, {report.SpillBytes} bytes");
            Assert.That(report.Registers, Is.LessThanOrEqualTo(65536 / (2 * kernel.Tile.Threads)), kernel.Rung.ToString());
            Assert.That(report.SpillBytes, Is.LessThanOrEqualTo(MostSpillBytes), kernel.Rung.ToString());
        }
    }

    /// <summary>Estimates rest on a table of machine code: its registers let as many groups in, and its instructions are as many.</summary>
    [Test]
    [Exhaustive]
    public void TheTableOfEstimatesIsTheAssemblers()
    {
        const int Padding = 8;
        var kernels = ProductKernels.All.DistinctBy(kernel => kernel.Kernel.Method).ToList();
        var images = kernels.ConvertAll(kernel => KernelCompiler.Compile(Request(kernel, Compiling.Sm90)));
        var reports = Ptxas.Assemble(images);
        for (var i = 0; i < kernels.Count; i++)
        {
            var (kernel, code) = (kernels[i], ProductCode.Of(kernels[i]));
            var instructions = Ptxas.Instructions(images[i]);
            var name = $"{kernel.Rung} {kernel.Shape} {kernel.Precision} {kernel.IsAlongDepth} {kernel.ReadsVectors}";
            TestContext.Out.WriteLine($"{name}: {reports[i].Registers} registers, {instructions} instructions");
            Assert.That(
                Residency.Of(code.Registers, kernel.Tile.Threads, kernel.SharedBytes),
                Is.EqualTo(Residency.Of(reports[i].Registers, kernel.Tile.Threads, kernel.SharedBytes)), name);
            Assert.That(code.Instructions + Padding, Is.EqualTo(instructions).Within(3).Percent, name);
        }
    }

    /// <summary>Bounds are written where the driver's assembler reads them, for those kernels that ask.</summary>
    [Test]
    [Exhaustive]
    public void BoundsAreWrittenIntoThePtx()
    {
        foreach (var kernel in ProductKernels.All)
        {
            var text = KernelCompiler.Compile(Request(kernel, Compiling.Sm80)).Text;
            var asksForTwo = kernel is { Shape: TileShape.Large, Precision: ProductPrecision.Fp32 };
            Assert.That(text, Does.Contain($".maxntid {kernel.Tile.Threads}, 1, 1\n"));
            Assert.That(text.Contains(".minnctapersm 2\n", StringComparison.Ordinal), Is.EqualTo(asksForTwo));
            Assert.That(LaunchBounds.Of(kernel.Kernel.Method, copiesPastRegisters: true), Is.EqualTo(kernel.Bounds));
            Assert.That(
                KernelCompiler.Compile(Request(kernel, Compiling.Sm70)).Text,
                Does.Contain($".maxntid {kernel.Tile.Threads}, 1, 1\n").And.Not.Contain(".minnctapersm"));
        }

        Assert.That(
            LaunchBounds.Of(((Action<Product>)SplitSumKernel.SplitSum).Method, copiesPastRegisters: true),
            Is.EqualTo(KernelSpecialization.Empty));
    }

    /// <summary>
    /// Before and behind the loop of the largest kernel: nothing is divided by what only the launch knows, results leave in pairs or, where
    /// they can't, one by one. While each result asked where it goes the machine code had 6,843 instructions; now it has 2,970, and 590
    /// that add parts.
    /// </summary>
    [Test]
    public void TheLargeTensorTileHasAShortPrologueAndEpilogue()
    {
        const int MostBefore = 1600, MostBehind = 3200, MostInstructions = 3600, Pairs = 64;
        var shape = new ProductShape(128, 128, 128, 1, IsAlongDepth: false, HasVectorRows: true);
        var kernel = ProductKernels.Find(new ProductVariant(ProductRung.TensorCore, TileShape.Large, 1), shape, ProductPrecision.Tf32)!;
        var image = KernelCompiler.Compile(Request(kernel, Compiling.Sm90));
        var lines = image.Text.Split('\n').Where(line => line.EndsWith(';') && !line.Contains(" .")).ToList();
        var (first, last) = (lines.FindIndex(IsMultiplication), lines.FindLastIndex(IsMultiplication));
        Assert.Multiple(() =>
        {
            Assert.That(image.Text, Does.Not.Match(@"\b(div|rem)\.[su](32|64) %\w+, %\w+, %"));
            Assert.That(Count("st.global.v2.f32"), Is.EqualTo(Pairs));
            Assert.That(Count("st.global.f32"), Is.EqualTo(2 * Pairs));
            Assert.That(first, Is.InRange(1, MostBefore), "instructions before the loop's first multiplication");
            Assert.That(lines.Count - last, Is.LessThan(MostBehind), "instructions behind its last one");
        });
        var instructions = Ptxas.Instructions(image);
        TestContext.Out.WriteLine($"{first} before, {lines.Count - last} behind in PTX; {instructions} machine instructions in all");
        Assert.That(instructions, Is.LessThan(MostInstructions));

        static bool IsMultiplication(string line) => line.Contains("mma.sync", StringComparison.Ordinal);

        int Count(string instruction) => lines.Count(line => line.Contains(instruction + " ", StringComparison.Ordinal));
    }

    /// <summary>
    /// Large tiles on tensor cores: each half's 32 multiplications stand between the loads of the next tile and the stores that wait for
    /// them. Left to itself the assembler puts the first half's stores before its first multiplication, and every tile waits out a load.
    /// </summary>
    [Test]
    [Exhaustive]
    public void MultiplicationsComeBeforeTheStoresThatWaitForLoads()
    {
        const int Multiplication = 0x23C, Fence = 0x992, SharedStore = 0x388, Barrier = 0xB1D, Half = 32;
        var kernels = ProductKernels.All.Where(kernel => kernel is { Rung: ProductRung.TensorCore, Shape: TileShape.Large }).ToList();
        Assert.That(kernels, Has.Count.EqualTo(8), "two precisions, each with two readings of either factor");
        foreach (var kernel in kernels)
        {
            var opcodes = Ptxas.Opcodes(KernelCompiler.Compile(Request(kernel, Compiling.Sm90)));
            var fences = Enumerable.Range(0, opcodes.Count).Where(i => opcodes[i] == Fence).ToList();
            var first = Enumerable.Range(0, opcodes.Count).First(i => opcodes[i] == Multiplication);
            var begin = Enumerable.Range(0, first).Last(i => opcodes[i] == Barrier);
            Assert.Multiple(() =>
            {
                Assert.That(fences, Has.Count.EqualTo(6), "one a half, and two around the count of a tile's groups, of two instructions");
                Assert.That(Count(SharedStore, begin, first), Is.Zero, "stores before the first half's multiplications");
                Assert.That(Count(Multiplication, first, fences[0]), Is.EqualTo(Half), "of the first half");
                Assert.That(Count(Multiplication, fences[0], fences[1]), Is.EqualTo(Half), "of the second half");
                Assert.That(Count(SharedStore, first, fences[0]), Is.Zero, "stores among the first half's multiplications");
                Assert.That(Count(SharedStore, fences[0], fences[1]), Is.Positive, "stores behind the first half");
                Assert.That(Count(SharedStore, fences[1], opcodes.Count), Is.Positive, "stores behind the second half");
            });

            int Count(int opcode, int from, int to) => opcodes.Skip(from).Take(to - from).Count(other => other == opcode);
        }
    }

    [Test]
    public void SplitsAreAddedWithoutAtomics()
    {
        foreach (var target in new[] { Compiling.Sm70, Compiling.Sm80, Compiling.Sm90 })
        {
            var image = Compiling.Compile(SplitSumKernel.SplitSum, target);
            Assert.That(image.Text, Does.Not.Contain("atom.").And.Not.Contain("red."));
            Assert.That(Ptxas.Assemble(image).StackBytes, Is.Zero);
        }
    }

    [Test]
    public void EachRungIssuesTheInstructionsThatItIsNamedFor()
    {
        Assert.Multiple(() =>
        {
            Assert.That(
                Text(ProductRung.RegisterBlocked, Compiling.Sm90),
                Does.Contain("ld.shared.v4.f32").And.Not.Contain("cp.async").And.Not.Contain("ld.local"));
            Assert.That(Text(ProductRung.DoubleBuffered, Compiling.Sm90), Does.Contain("cp.async.ca.shared.global"));
            Assert.That(Text(ProductRung.DoubleBuffered, Compiling.Sm70), Does.Not.Contain("cp.async"));
            Assert.That(
                Text(ProductRung.Vectorised, Compiling.Sm70), Does.Match(@"ld\.global(\.nc)?\.v4\.f32").And.Contain("st.global.v4.f32"));
            Assert.That(
                Text(ProductRung.TensorCore, Compiling.Sm80, ProductPrecision.Tf32),
                Does.Contain("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"));
            Assert.That(
                Text(ProductRung.TensorCore, Compiling.Sm80, ProductPrecision.Bf16),
                Does.Contain("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"));
            foreach (var precision in new[] { ProductPrecision.Tf32, ProductPrecision.Bf16 })
            {
                Assert.That(
                    Text(ProductRung.TensorCore, Compiling.Sm80, precision),
                    Does.Contain("ldmatrix.sync.aligned.m8n8.x4").And.Contain("st.shared.v4.b32").And.Match(
                        @"ld\.global(\.nc)?\.v4\.f32").And.Not.Contain("ld.local"));
            }
        });
    }

    private static KernelRequest Request(ProductKernel kernel, KernelTarget target) =>
        Ilgpu.Compiler.KernelCatalog.Request(kernel.Kernel.Method, target).WithPromises();

    private static string Text(ProductRung rung, KernelTarget target, ProductPrecision precision = ProductPrecision.Fp32) =>
        KernelCompiler.Compile(Compiling.Request(
            ProductKernels.Find(
                new ProductVariant(rung, TileShape.Medium, 1), new ProductShape(64, 64, 64, 1, IsAlongDepth: false, HasVectorRows: true),
                precision)!.Kernel,
            target).WithPromises()).Text;
}
