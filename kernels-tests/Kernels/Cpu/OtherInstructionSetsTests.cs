using System.Diagnostics;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// The kernels' loops are written once, over 512-bit vectors that the JIT splits where the processor has shorter ones.
/// What an instruction set is can only be told to a process at its start, so these tests run the others of this folder again.
/// </summary>
[Exhaustive]
internal sealed class OtherInstructionSetsTests
{
    private static readonly string[] s_fixtures =
    [
        nameof(KernelTests), nameof(VectorMathTests), nameof(TransposeTests), nameof(TileRowTests),
    ];

    [TestCase("DOTNET_EnableAVX512")]
    [TestCase("DOTNET_EnableAVX2")]
    [TestCase("DOTNET_EnableAVX")] // As with NEON, no code for x64's wider registers runs.
    public void All_kernels_pass_without(string instructionSet)
    {
        var fixtures = string.Join('|', s_fixtures.Select(name => $"FullyQualifiedName~KernelsTests.Cpu.{name}"));
        AssertPassWithout(instructionSet, $"TestCategory!={Exhaustive.Category}&({fixtures})", @"[1-9]\d{2,}");
    }

    /// <summary>Runs tests in a process that does not use an instruction set.</summary>
    /// <param name="instructionSet">The variable that .NET's JIT compiler reads.</param>
    /// <param name="filter">Of the tests to run.</param>
    /// <param name="passed">How many must pass, as a pattern.</param>
    public static void AssertPassWithout(string instructionSet, string filter, string passed)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "test", typeof(OtherInstructionSetsTests).Assembly.Location, "--nologo", "--filter", filter },
            Environment = { [instructionSet] = "0" },
        };
        var (code, output, _) = SystemProgram.Finish(start);
        Assert.That(output, Does.Match($@"Failed: +0, Passed: +{passed},"), output);
        Assert.That(code, Is.Zero, output);
    }
}
