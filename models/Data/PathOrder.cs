namespace IlgpuGan.Models.Data;

/// <summary>
/// The order of pictures: by ordinal comparison of their paths with '/' between folders, so that a data set has the same order on every
/// system.
/// </summary>
/// <param name="separator">what the system writes between folders</param>
internal sealed class PathOrder(char separator) : IComparer<string>
{
    /// <summary>The order for the paths of this system.</summary>
    public static PathOrder Here { get; } = new(Path.DirectorySeparatorChar);

    public int Compare(string? x, string? y) => string.CompareOrdinal(x?.Replace(separator, '/'), y?.Replace(separator, '/'));
}
