using System.Diagnostics.CodeAnalysis;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>How translated kernels end a launch.</summary>
internal static class LaneChecks
{
    /// <exception cref="SimulatorException">Always: the framework would have thrown here.</exception>
    [DoesNotReturn]
    public static void Trap(string kernel, string reason, string where) =>
        throw new SimulatorException($"Kernel '{kernel}' can't go on: {reason}, at {where}.");
}
