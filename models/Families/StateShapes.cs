namespace IlgpuGan.Models.Families;

/// <summary>Keys and shapes of a network's state dict, by which networks of other programs are recognised.</summary>
internal sealed class StateShapes(IReadOnlyDictionary<string, long[]> shapes)
{
    private const int Largest = 1 << 20;
    private const int Most = 1000;

    /// <summary>By key.</summary>
    public IReadOnlyDictionary<string, long[]> All => shapes;

    /// <summary>Extent of a tensor; null if there is no such tensor or axis, or the extent is not from 1 to 2²⁰.</summary>
    public int? Extent(string key, int axis) =>
        shapes.TryGetValue(key, out var shape) && axis < shape.Length && shape[axis] is > 0 and <= Largest ? (int)shape[axis] : null;

    /// <summary>Number of consecutive keys with the indices first, first + step, ….</summary>
    /// <param name="key">with the number as <c>{0}</c>: <c>model.{0}.weight</c></param>
    /// <param name="first">the first index</param>
    /// <param name="step">difference between consecutive indices</param>
    public int Run(string key, int first = 0, int step = 1)
    {
        var count = 0;
        while (count < Most && shapes.ContainsKey(Numbered(key, first + (count * step))))
        {
            count++;
        }

        return count;
    }

    /// <summary>The largest number among keys <c>BEFORE number AFTER</c>; null if there is none.</summary>
    /// <param name="before">text before the number</param>
    /// <param name="after">text after the number</param>
    public int? Last(string before, string after) => shapes.Keys
        .Where(key => key.Length > before.Length + after.Length && key.StartsWith(before, StringComparison.Ordinal) && key.EndsWith(
            after, StringComparison.Ordinal))
        .Select(key => int.TryParse(key[before.Length..^after.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (
            int?)number : null)
        .Max();

    private static string Numbered(string key, int number) =>
        key.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
