using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.KernelsTests.Gpu.Convolution;

/// <summary>The product kernels as PTX and machine code. That none of them spills is checked with all other kernels.</summary>
internal sealed class ProductAssemblyTests
{
    private const int Sm70 = 70, Sm80 = 80, Sm90 = 90;

    [Test]
    [Exhaustive]
    public void GroupsFitAMultiprocessor()
    {
        const int RegistersOfAMultiprocessor = 65536, SharedBytesWithoutAsking = 48 * 1024;
        using var compiler = KernelCompiler.ToPtx(Sm80);
        foreach (var kernel in ProductKernels.All)
        {
            var figures = MachineCode.Assemble(compiler.Compile(Entry(kernel)), Sm80);
            var name = $"{RungNames.Of(kernel.Rung)} {kernel.Shape} {kernel.Precision}";
            var groups = kernel.Bounds.MinNumGroupsPerMultiprocessor ?? 1;
            Assert.That(figures.Registers * kernel.Tile.Threads * groups, Is.LessThanOrEqualTo(RegistersOfAMultiprocessor), name);
            Assert.That(
                figures.SharedBytes, Is.LessThanOrEqualTo(SharedBytesWithoutAsking).And.LessThanOrEqualTo(kernel.SharedBytes), name);
        }
    }

    /// <summary>Bounds are written where the driver's assembler reads them, for those kernels that ask.</summary>
    [Test]
    [Exhaustive]
    public void BoundsAreWrittenIntoThePtx()
    {
        using var compiler = KernelCompiler.ToPtx(Sm80);
        using var older = KernelCompiler.ToPtx(Sm70);
        foreach (var kernel in ProductKernels.All)
        {
            var text = compiler.Compile(Entry(kernel)).ReplaceLineEndings("\n");
            var asksForTwo = kernel.Shape == TileShape.Large;
            Assert.That(text, Does.Contain($".maxntid {kernel.Tile.Threads}, 1, 1\n"));
            Assert.That(text.Contains(".minnctapersm 2\n", StringComparison.Ordinal), Is.EqualTo(asksForTwo));
            Assert.That(LaunchBounds.Of(kernel.Kernel.Method, copiesPastRegisters: true), Is.EqualTo(kernel.Bounds));
            if (kernel.Rung != ProductRung.TensorCore)
            {
                Assert.That(
                    older.Compile(Entry(kernel)).ReplaceLineEndings("\n"),
                    Does.Contain($".maxntid {kernel.Tile.Threads}, 1, 1\n").And.Not.Contain(".minnctapersm"));
            }
        }

        Assert.That(
            LaunchBounds.Of(((Action<Product>)SplitSumKernel.SplitSum).Method, copiesPastRegisters: true),
            Is.EqualTo(default(KernelSpecialization)));
    }

    /// <summary>
    /// Large tiles on tensor cores: each half's 16 multiplications stand between the loads of the next tile and the stores that wait for
    /// them. Left to itself the assembler puts the first half's stores before its first multiplication, and every tile waits out a load.
    /// </summary>
    [Test]
    [Exhaustive]
    public void MultiplicationsComeBeforeTheStoresThatWaitForLoads()
    {
        const int Multiplication = 0x23C, Fence = 0x992, SharedStore = 0x388, Barrier = 0xB1D, Half = 16;
        var kernels = ProductKernels.All.Where(kernel => kernel is { Rung: ProductRung.TensorCore, Shape: TileShape.Large }).ToList();
        Assert.That(kernels, Has.Count.EqualTo(8), "two precisions, each with two readings of either factor");
        using var compiler = KernelCompiler.ToPtx(Sm90);
        foreach (var kernel in kernels)
        {
            var opcodes = MachineCode.Opcodes(compiler.Compile(Entry(kernel)), Sm90);
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
        using var compiler = KernelCompiler.ToPtx(Sm80);
        Assert.That(
            compiler.Compile(KernelCatalog.All.Single(kernel => kernel.Name == "product/split-sum")),
            Does.Not.Contain("atom.").And.Not.Contain("red."));
    }

    [Test]
    [Exhaustive]
    public void ARungWithoutCopiesKeepsToRegisters() =>
        Assert.That(Text(ProductRung.RegisterBlocked, Sm90), Does.Not.Contain("cp.async").And.Not.Contain("ld.local"));

    [Test]
    [Exhaustive]
    public void DoubleBuffersAreFilledPastTheRegisters() =>
        Assert.That(Text(ProductRung.DoubleBuffered, Sm90), Does.Contain("cp.async.ca.shared.global"));

    [Test]
    [Exhaustive]
    public void DoubleBuffersAreFilledByRegistersOnOlderCards() =>
        Assert.That(Text(ProductRung.DoubleBuffered, Sm70), Does.Not.Contain("cp.async"));

    [Test]
    [MaxSeconds(8)] // The first kernel that a process compiles waits for the JIT to compile ILGPU.
    public void VectorsAreReadAndWrittenWhole() => Assert.That(
        Text(ProductRung.Vectorised, Sm70), Does.Match(@"ld(\.global)?\.v4\.f32").And.Match(@"st(\.global)?\.v4\.f32"));

    [TestCase(ProductPrecision.Tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32")]
    [TestCase(ProductPrecision.Bf16, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32")]
    public void TensorCoresAreUsed(ProductPrecision precision, string multiplication) => Assert.That(
        Text(ProductRung.TensorCore, Sm80, precision, TileShape.Medium),
        Does.Contain(multiplication).And.Contain("ldmatrix.sync.aligned.m8n8.x4").And.Contain("st.shared.v4.b32").And.Match(
            @"ld(\.global)?\.v4\.f32").And.Match(@"st(\.global)?\.v2\.f32").And.Not.Contain("ld.local"));

    private static KernelEntry Entry(ProductKernel kernel) => KernelCatalog.All.First(entry => entry.Method == kernel.Kernel.Method);

    /// <param name="tile">of float32 the one that ILGPU compiles in the shortest time</param>
    private static string Text(
        ProductRung rung, int sm, ProductPrecision precision = ProductPrecision.Fp32, TileShape tile = TileShape.Large)
    {
        using var compiler = KernelCompiler.ToPtx(sm);
        return compiler.Compile(Entry(ProductKernels.Find(
            new ProductVariant(rung, tile, 1), new ProductShape(64, 64, 64, 1, IsAlongDepth: false, HasVectorRows: true),
            precision)!));
    }
}
