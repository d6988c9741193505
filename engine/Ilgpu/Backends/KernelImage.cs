using System.Collections.Immutable;
using ILGPU.Frontend;
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
    /// <exception cref="InvalidOperationException">The image came from the disk cache, which keeps the text alone.</exception>
    public KernelFunction Function
    {
        get => field ?? throw new InvalidOperationException($"the image of {EntryPoint} came from the disk cache, which keeps no IR");
        init;
    }

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

    /// <summary>The code is right only while no view that it only reads overlaps one that it writes.</summary>
    public required bool AssumesNoAlias { get; init; }

    /// <summary>
    /// The code is right only while each of these lengths of views is an Int32; they need not be among <see cref="Parameters"/>.
    /// </summary>
    public required ImmutableArray<KernelParameter> PromisedLengths { get; init; }

    /// <summary>The code is right only while no dimension of the grid has more than int.MaxValue threads.</summary>
    public required bool AssumesInt32Positions { get; init; }

    /// <summary>
    /// Whether there are launches that the code is not right for; the launcher takes an image without promises for those.
    /// </summary>
    public bool MakesPromises =>
        AssumesNoAlias || AssumesInt32Positions || !PromisedLengths.IsEmpty
            || Parameters.Any(parameter => parameter.VectorAlignment > parameter.Alignment);

    /// <summary>What the image was made from; null if it came from the disk cache.</summary>
    internal Provenance? Provenance { get; init; }
}
