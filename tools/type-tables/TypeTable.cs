using System.Text;

namespace IlgpuGan.TypeTables;

/// <summary>
/// The parts of ILGPU.Algorithms' API that repeat for every type of elements and say nothing new: C# has no generics over names. Each file
/// is a head and, for each type, a body; the files are checked in, and a test holds them against this.
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
        new($"{Folder}Sequencers/NumberSequencers.cs", SequencerTable.Text(Comparable)),
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
