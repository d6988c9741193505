using System.Runtime.CompilerServices;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>
/// How the methods are compiled that translated kernels call: at once as fast as they can be. Compiled in tiers, they would be slow for the
/// first launches, and most launches are over before the second tier.
/// </summary>
internal static class LaneCode
{
    /// <summary>Of methods that belong into the kernel, where the JIT compiler still looks into methods.</summary>
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Of larger ones.</summary>
    public const MethodImplOptions Called = MethodImplOptions.AggressiveOptimization;
}
