using System.Runtime.CompilerServices;

namespace IlgpuGan.KernelsTests.Ilgpu;

/// <summary>
/// The kernels of this repository have no race at all, not even one that does no harm: wherever tests simulate them, any is an error.
/// </summary>
internal static class StrictRaces
{
#pragma warning disable CA2255 // It is a program's setting, and the tests are the program.
    [ModuleInitializer]
    internal static void Demand() =>
        Environment.SetEnvironmentVariable("ILGPUGAN_RACES", Environment.GetEnvironmentVariable("ILGPUGAN_RACES") ?? "strict");
#pragma warning restore CA2255
}
