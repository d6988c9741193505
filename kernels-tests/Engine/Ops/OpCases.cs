namespace IlgpuGan.EngineTests.Ops;

/// <summary>All cases: one file a family of ops.</summary>
internal static partial class OpCases
{
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. Convolutions(), .. GeneralConvolutions(), .. Matrices(), .. Unary(), .. Binary(), .. Norms(), .. Images(), .. Resampling(),
        .. Arrays(), .. Places(), .. Reductions(), .. Statistics(), .. Losses(), .. Grids(),
    ];

    public static IEnumerable<OpCase> WithGradient => All.Where(c => c.HasGradient);

    private static Shape S(params ReadOnlySpan<int> extents) => new(extents);
}
