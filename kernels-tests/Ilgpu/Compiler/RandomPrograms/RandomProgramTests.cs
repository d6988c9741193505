using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

/// <summary>
/// Random programs do on devices what they do in .NET. The seeds are always the same, so that a failure is somebody's doing and not
/// chance; ILGPUGAN_FIRST_SEED looks at others, ILGPUGAN_PROGRAMS at more of them, ILGPUGAN_SEED at a single one.
/// </summary>
public sealed class RandomProgramTests
{
    private const int BatchSize = 20;

    private static readonly long[] s_inputs =
        [0, 1, -1, 2, 7, -8, 255, 65536, int.MaxValue, int.MinValue, 4294967296, long.MaxValue, long.MinValue, 1234567890123, -987654321,
            42];

    /// <summary>Programs that once told a device from .NET.</summary>
    private static readonly int[] s_foundBefore = [348141];

    [TestCase(60)]
    [TestCase(600, Category = Exhaustive.Category)]
    public void SimulatorAgreesWithDotNet(int programs)
    {
        using var context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        AssertAgrees(context, programs);
    }

    [TestCase(60)]
    [TestCase(600, Category = Exhaustive.Category)]
    public void LanesAgreeWithDotNet(int programs)
    {
        using var context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Unchecked());
        AssertAgrees(context, programs);
    }

    private static void AssertAgrees(Context context, int programs)
    {
        using var accelerator = context.CreateCPUAccelerator(0);
        using var input = accelerator.Allocate1D(s_inputs);
        using var output = accelerator.Allocate1D<long>(s_inputs.Length);
        foreach (var seed in Seeds(programs))
        {
            var kernel = new ProgramWriter(seed).Write();
            output.MemSetToZero();
            accelerator.LoadAutoGroupedStreamKernel(kernel)(s_inputs.Length, input.AsContiguous(), output.AsContiguous());
            accelerator.Synchronize();
            Assert.That(output.GetAsArray1D(), Is.EqualTo(Expected(kernel)), $"program {seed}");
        }
    }

    [TestCase(60)]
    [TestCase(600, Category = Exhaustive.Category)]
    public void PtxAgreesWithDotNet(int programs)
    {
        foreach (var seed in Seeds(programs))
        {
            var kernel = new ProgramWriter(seed).Write();
            var actual = new long[s_inputs.Length];
            PtxRunner.Run(
                kernel, seed % 2 == 0 ? Compiling.Sm70 : Compiling.Sm90, (2, 1), 8, [(long[])s_inputs.Clone(), actual], s_inputs.Length);
            Assert.That(actual, Is.EqualTo(Expected(kernel)), $"program {seed}");
        }
    }

    [Test]
    [Exhaustive]
    public void OpenCLAgreesWithDotNet()
    {
        using var context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
        {
            Assert.Ignore("There is no OpenCL device here.");
        }
        using var accelerator = context.CreateCLAccelerator(0);
        using var input = accelerator.Allocate1D(s_inputs);
        using var output = accelerator.Allocate1D<long>(s_inputs.Length);
        foreach (var seeds in Seeds(80).Chunk(BatchSize))
        {
            var programs = Array.ConvertAll(seeds, seed => new ProgramWriter(seed).Write());
            var batch = accelerator.LoadAutoGroupedStreamKernel(ProgramBatch.Join([.. programs.Select(program => program.Method)]));
            for (var i = 0; i < seeds.Length; i++)
            {
                output.MemSetToZero();
                batch(s_inputs.Length, input.AsContiguous(), output.AsContiguous(), i);
                accelerator.Synchronize();
                Assert.That(output.GetAsArray1D(), Is.EqualTo(Expected(programs[i])), $"program {seeds[i]}");
            }
        }
    }

    [Test]
    public void AssemblerAcceptsThem() =>
        Ptxas.Assemble([.. Seeds(40).Select(seed => Compiling.Compile(new ProgramWriter(seed).Write(), Compiling.Sm80))]);

    private static IEnumerable<int> Seeds(int count)
    {
        if (Number("ILGPUGAN_SEED") is { } one)
        {
            return [one];
        }
        var first = Number("ILGPUGAN_FIRST_SEED") ?? 1;
        count = Number("ILGPUGAN_PROGRAMS") ?? count;
        TestContext.Out.WriteLine($"seeds {first} to {first + count - 1}");
        return [.. s_foundBefore, .. Enumerable.Range(first, count)];

        static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
    }

    private static long[] Expected(Action<Index1D, ArrayView<long>, ArrayView<long>> kernel)
    {
        var expected = new long[s_inputs.Length];
        for (var i = 0; i < s_inputs.Length; i++)
        {
            kernel(i, s_inputs.AsArrayView(), expected.AsArrayView());
        }
        return expected;
    }
}
