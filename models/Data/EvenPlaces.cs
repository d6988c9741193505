namespace IlgpuGan.Models.Data;

/// <summary>
/// Places spread evenly over a set. Names often begin with a class or a series, so the first pictures by name are not like the others.
/// </summary>
internal static class EvenPlaces
{
    /// <summary>At most so many places of a set, from 0, in order; all of them if it has no more.</summary>
    public static IReadOnlyList<int> Of(int count, int most)
    {
        var taken = Math.Clamp(count, 0, most);
        return [.. Enumerable.Range(0, taken).Select(i => (int)((long)i * count / taken))];
    }

    /// <summary>At most so many elements of a list, by their places.</summary>
    public static IEnumerable<T> Of<T>(IReadOnlyList<T> all, int most) => Of(all.Count, most).Select(place => all[place]);
}
