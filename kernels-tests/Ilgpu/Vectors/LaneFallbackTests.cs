using IlgpuGan.KernelsTests.Cpu;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Vectors;

/// <summary>What gathers, transposes and divides in the lanes of vectors has a scalar form where the processor can't.</summary>
[Exhaustive]
internal sealed class LaneFallbackTests
{
    [TestCase("DOTNET_EnableAVX2")]
    [TestCase("DOTNET_EnableAVX")]
    public void LanesPassWithout(string instructionSet) => OtherInstructionSetsTests.AssertPassWithout(
        instructionSet, $"FullyQualifiedName~KernelsTests.Ilgpu.Vectors.{nameof(LaneTests)}", @"[1-9]\d");
}
