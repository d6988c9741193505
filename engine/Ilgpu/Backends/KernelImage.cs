using System.Collections.Immutable;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>A compiled kernel.</summary>
public sealed record KernelImage
{
    /// <summary>The native name.</summary>
    public required string EntryPoint { get; init; }

    public required KernelTarget Target { get; init; }

    public required bool ImplicitlyGrouped { get; init; }

    /// <summary>1, 2 or 3 for an implicitly grouped kernel, 0 for an explicit one.</summary>
    public required int IndexDimensions { get; init; }

    /// <summary>PTX, OpenCL C, or the printed IR.</summary>
    public required string Text { get; init; }

    /// <summary>The IR that the text was made from; what the simulator runs.</summary>
    public required KernelFunction Function { get; init; }

    /// <summary>The native parameters, in order.</summary>
    public required ImmutableArray<KernelParameter> Parameters { get; init; }

    /// <summary>Bytes of the packed argument buffer.</summary>
    public required int ArgumentBytes { get; init; }

    /// <summary>Bytes of statically allocated shared memory.</summary>
    public required int StaticSharedBytes { get; init; }

    public required bool UsesDynamicShared { get; init; }

    /// <summary>Bytes of memory per thread that did not fit registers because it is indexed at run time.</summary>
    public required int LocalBytes { get; init; }

    public required bool UsesBarriers { get; init; }
}
