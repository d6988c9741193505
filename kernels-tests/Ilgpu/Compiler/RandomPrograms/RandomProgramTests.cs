using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.RandomPrograms;

/// <summary>
/// Random programs do on devices what they do in .NET. The seeds are always the same, so that a failure is somebody's doing and not
/// chance; ILGPUGAN_FIRST_SEED looks at others, ILGPUGAN_SEED at a single one.
/// </summary>
public sealed class RandomProgramTests
{
    private static readonly long[] Inputs =
        [0, 1, -1, 2, 7, -8, 255, 65536, int.MaxValue, int.MinValue, 4294967296, long.MaxValue, long.MinValue, 1234567890123, -987654321, 42];

    /// <summary>Programs that once told a device from .NET.</summary>
    private static readonly int[] FoundBefore = [348141];

    private static IEnumerable<int> Seeds(int count)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("ILGPUGAN_SEED"), out var one))
            return [one];
        var first = int.TryParse(Environment.GetEnvironmentVariable("ILGPUGAN_FIRST_SEED"), out var other) ? other : 1;
        TestContext.Out.WriteLine($"seeds {first} to {first + count - 1}");
        return [.. FoundBefore, .. Enumerable.Range(first, count)];
    }

    [Test]
    public void SimulatorAgreesWithDotNet()
    {
        using var context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using var accelerator = context.CreateCPUAccelerator(0);
        foreach (var seed in Seeds(300))
            Compare(accelerator, seed);
    }

    [Test]
    [Category("Slow")]
    public void OpenCLAgreesWithDotNet()
    {
        using var context = Context.Create(builder => builder.OpenCL());
        if (context.GetCLDevices().Count == 0)
            Assert.Ignore("There is no OpenCL device here.");
        using var accelerator = context.CreateCLAccelerator(0);
        foreach (var seed in Seeds(60))
            Compare(accelerator, seed);
    }

    [Test]
    public void AssemblerAcceptsThem()
    {
        foreach (var seed in Seeds(20))
            Ptxas.Assemble(Compiling.Compile(new ProgramWriter(seed).Write(), Compiling.Sm80));
    }

    private static void Compare(Accelerator accelerator, int seed)
    {
        var kernel = new ProgramWriter(seed).Write();
        var expected = new long[Inputs.Length];
        for (var i = 0; i < Inputs.Length; i++)
            kernel(i, Inputs.AsArrayView(), expected.AsArrayView());
        using var input = accelerator.Allocate1D(Inputs);
        using var output = accelerator.Allocate1D<long>(Inputs.Length);
        accelerator.LoadAutoGroupedStreamKernel(kernel)(Inputs.Length, input.AsContiguous(), output.AsContiguous());
        accelerator.Synchronize();
        Assert.That(output.GetAsArray1D(), Is.EqualTo(expected), $"program {seed}");
    }
}
