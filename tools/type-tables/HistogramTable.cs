namespace IlgpuGan.TypeTables;

/// <summary>Histograms whose bins count in a type.</summary>
internal static class HistogramTable
{
    public static string Increments(IEnumerable<ElementType> types) => TypeTable.Write(
        "namespace ILGPU.Algorithms.HistogramOperations;",
        types.Select(type =>
            $$"""
            /// <summary>Counts in <see cref="{{type.Keyword}}"/>.</summary>
            public readonly struct HistogramIncrement{{type.Name}} : IIncrementOperation<{{type.Keyword}}>
            {
                public void Increment(ref {{type.Keyword}} target, out bool incrementOverflow)
                {
                    {{type.Keyword}} before = Atomic.Add(ref target, 1);
                    incrementOverflow = before == {{type.Keyword}}.MaxValue;
                }
            }
            """));

    public static string Text(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        using ILGPU.Algorithms.HistogramOperations;
        using ILGPU.Runtime;

        namespace ILGPU.Algorithms;

        public static partial class HistogramExtensions
        {
        """,
        types.SelectMany(type => new[] { Method(type, isChecked: true), Method(type, isChecked: false) }),
        "}\n");

    private static string Method(ElementType type, bool isChecked)
    {
        string name = isChecked ? "Histogram" : "HistogramUnchecked";
        string increment = $"HistogramIncrement{type.Name}";
        string overflow = isChecked ? ",\n        ArrayView<int> histogramOverflow" : "";
        return $$"""
                /// <inheritdoc cref="{{name}}{T, TStride, TBinType, TIncrementor, TLocator}"/>
                public static void {{name}}<T, TStride, TLocator>(
                    this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
                    ArrayView<{{type.Keyword}}> histogram{{overflow}})
                    where T : unmanaged
                    where TStride : struct, IStride1D
                    where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
                    accelerator.{{name}}<
                        T, TStride, {{type.Keyword}}, {{increment}}, SingleBin<T, {{type.Keyword}}, {{increment}}, TLocator>>(
                        stream, view, histogram{{(isChecked ? ", histogramOverflow" : "")}});
            """;
    }
}
