using System.Collections.Immutable;
using System.Reflection;

namespace ILGPU.Backends;

/// <summary>A kernel to compile, and for what.</summary>
public sealed record KernelRequest
{
    /// <summary>A static method or a non-capturing lambda, all type arguments given.</summary>
    public required MethodInfo Method { get; init; }

    public required KernelTarget Target { get; init; }

    /// <summary>The first parameter is an Index1D, Index2D or Index3D that the kernel computes from its position.</summary>
    public bool ImplicitlyGrouped { get; init; }

    /// <summary>For each SpecializedValue parameter (by number): the value that it holds.</summary>
    public ImmutableDictionary<int, object> Specialized { get; init; } = ImmutableDictionary<int, object>.Empty;

    /// <summary>Most threads that a group will have.</summary>
    public int? MaxGroupSize { get; init; }

    public int? MinGroupsPerMultiprocessor { get; init; }

    /// <summary>Views that the kernel only reads overlap none that it writes: their loads may be cached.</summary>
    public bool AssumeNoAlias { get; init; }

    /// <summary>Every view starts at a multiple of 16 bytes: neighbouring elements may be read and written as vectors.</summary>
    public bool AssumeAligned { get; init; }

    /// <summary>
    /// No view has more than int.MaxValue elements, no dimension of the grid more than int.MaxValue threads: lengths and positions are
    /// Int32 and never negative.
    /// </summary>
    public bool AssumeInt32Indices { get; init; }

    /// <summary>Approximate division, roots and transcendental functions; denormals become zero.</summary>
    public bool FastMath { get; init; }

    /// <summary>Check view bounds and assertions on devices too; the simulator always does.</summary>
    public bool Assertions { get; init; }

    /// <summary>Keep Interop.Write and WriteLine.</summary>
    public bool Output { get; init; }

    /// <summary>Whether static fields that are not read-only may be read and written.</summary>
    public StaticFieldMode StaticFields { get; init; }

    /// <summary>Verify the IR after every pass, not only at the end; loading leaves it to <c>Context.Builder.Verify</c>.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>OpenCL C: comments name the lines of C# that statements come from, as those of PTX always do.</summary>
    public bool SourceLines { get; init; }

    /// <summary>Where stages are written; null leaves it to the environment.</summary>
    public KernelDump? Dump { get; init; }

    /// <summary>The request that a launch makes first: under all promises.</summary>
    public KernelRequest WithPromises() => this with { AssumeNoAlias = true, AssumeAligned = true, AssumeInt32Indices = true };
}
