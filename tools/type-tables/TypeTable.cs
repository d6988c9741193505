using System.Text;

namespace IlgpuGan.TypeTables;

/// <summary>
/// The parts of ILGPU's API that repeat for every type of elements, or for every number of arguments, and say nothing new: C# has no
/// generics over either. Each file is a head and, for each of them, a body; the files are checked in, and a test holds them against this.
/// </summary>
public static class TypeTable
{
    private const string Folder = "engine/Ilgpu/Algorithms/";

    /// <summary>A file, by its path from the top of the repository.</summary>
    public sealed record Table(string Path, string Text);

    public static IEnumerable<Table> All =>
    [
        .. Numbers.Select(type => new Table($"{Folder}Vectors/{type.VectorName}Vectors.cs", VectorTable.Text(type))),
        new($"{Folder}Histograms/HistogramExtensions.Types.cs", HistogramTable.Text(Counters)),
        new($"{Folder}Histograms/HistogramOperations.cs", HistogramTable.Increments(Counters)),
        new($"{Folder}Unique/ComparisonOperations.cs", ComparisonTable.Operations(Comparable)),
        new($"{Folder}Unique/UniqueExtensions.Types.cs", ComparisonTable.Unique(Comparable)),
        new("engine/Ilgpu/Runtime/Cuda/LibDevice.Math.cs", LibDeviceTable.Text(ElementType.Floats)),
        new("engine/Ilgpu/Runtime/Cuda/LibDevice.Conversions.cs", LibDeviceTable.Conversions(ElementType.Floats)),
        new($"{Folder}Sequencers/NumberSequencers.cs", SequencerTable.Text(Comparable)),
        new("engine/Ilgpu/Runtime/Kernels/KernelLoaders.Explicit.cs", ArityTable.ExplicitLoaders()),
        new("engine/Ilgpu/Runtime/Kernels/KernelLoaders.Implicit.cs", ArityTable.ImplicitLoaders()),
        new("engine/Ilgpu/Runtime/Kernels/Accelerator.Launch.cs", ArityTable.Launches()),
        new("engine/Ilgpu/Api/Intrinsics/Atomic.Updates.cs", AtomicTable.Updates(Counters)),
        new("engine/Ilgpu/Api/Intrinsics/Interop.Write.cs", ArityTable.Outputs()),
        new("engine/Ilgpu/Runtime/Cuda/CudaAsm.Emit.cs", ArityTable.Texts()),
        new("engine/Ilgpu/Runtime/Cuda/CudaAsm.EmitRef.cs", ArityTable.TextArguments()),
    ];

    private static ElementType[] Numbers => [.. ElementType.Integers, .. ElementType.Floats];

    private static ElementType[] Counters => [.. Numbers.Where(type => type.HasAtomicAdd)];

    private static ElementType[] Comparable => [.. ElementType.Integers, ElementType.Half, .. ElementType.Floats];

    /// <summary>A file of bodies with an empty line between them.</summary>
    internal static string Write(string head, IEnumerable<string> bodies, string foot = "")
    {
        var text = new StringBuilder("// Written by tools/type-tables: change it there.\n");
        text.Append(head).Append(head.EndsWith('{') ? "\n" : "\n\n");
        text.AppendJoin("\n\n", bodies);
        return text.Append('\n').Append(foot).ToString();
    }
}
