using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon;

/// <summary>In every test project: the list of families is whole before the first test is looked for.</summary>
internal static class EveryFamily
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "No program refers to tests.")]
    internal static void Register() => NoiseFamilies.Register();
}
