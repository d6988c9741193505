#if !USE_ILGPU_PACKAGES
using ILGPU.Backends;

namespace IlgpuGan.Cli.Kernels.Page;

/// <summary>One text of a kernel on its page.</summary>
/// <param name="Id">of the element</param>
/// <param name="Title">for people</param>
/// <param name="Lines">the text; empty where there is none</param>
/// <param name="Missing">why there is none, or null</param>
internal sealed record KernelPane(string Id, string Title, IReadOnlyList<ListingLine> Lines, string? Missing = null);

/// <summary>What a page says of a kernel.</summary>
internal sealed record KernelPageContent
{
    public required string Name { get; init; }

    public required string Purpose { get; init; }

    /// <summary>Registers, memory and the like, for people.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>The C# it was made from.</summary>
    public required IReadOnlyList<SourceExcerpt> Sources { get; init; }

    /// <summary>What was made of it.</summary>
    public required IReadOnlyList<KernelPane> Panes { get; init; }

    /// <summary>What the simulator counted; null where nothing launched the kernel.</summary>
    public ILGPU.Runtime.CPU.SimulationCounts? Counts { get; init; }

    /// <summary>What launched it, or why nothing is counted.</summary>
    public required string CountsFrom { get; init; }
}
#endif
