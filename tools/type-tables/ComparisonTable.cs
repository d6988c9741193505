namespace IlgpuGan.TypeTables;

/// <summary>The order of a type's numbers, and what is removed by it.</summary>
internal static class ComparisonTable
{
    public static string Operations(IEnumerable<ElementType> types) => TypeTable.Write(
        "namespace ILGPU.Algorithms.ComparisonOperations;",
        types.Select(type =>
            $$"""
            /// <summary>The order of <see cref="{{type.Keyword}}"/>{{(type.IsFloat ? ", NaN first" : "")}}.</summary>
            public readonly struct Comparison{{type.Name}} : IComparisonOperation<{{type.Keyword}}>
            {
                public int Compare({{type.Keyword}} first, {{type.Keyword}} second) =>
                    {{Order(type)}};
            }
            """));

    public static string Unique(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        using ILGPU.Algorithms.ComparisonOperations;
        using ILGPU.Runtime;

        namespace ILGPU.Algorithms;

        public static partial class UniqueExtensions
        {
        """,
        types.Select(type =>
            $$"""
                /// <inheritdoc cref="Unique{T, TComparisonOperation}"/>
                public static long Unique(this Accelerator accelerator, AcceleratorStream stream, ArrayView<{{type.Keyword}}> input) =>
                    accelerator.Unique<{{type.Keyword}}, Comparison{{type.Name}}>(stream, input);
            """),
        "}\n");

    private static string Order(ElementType type) => type.Keyword switch
    {
        "Half" => "default(ComparisonFloat).Compare(first, second)",
        "float" or "double" => "first < second ? -1 : first > second ? 1 : (XMath.IsNaN(second) ? 1 : 0) - (XMath.IsNaN(first) ? 1 : 0)",
        _ => "first < second ? -1 : first > second ? 1 : 0",
    };
}
