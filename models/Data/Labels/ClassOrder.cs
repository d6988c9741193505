namespace IlgpuGan.Models.Data.Labels;

/// <summary>The order of classes, which says what each place of a network's input means.</summary>
internal static class ClassOrder
{
    /// <summary>
    /// Classes in the order of others: those that are among the others stand where the others have them, the rest takes the free places.
    /// </summary>
    /// <param name="own">the classes</param>
    /// <param name="others">classes in the order that is asked for</param>
    /// <param name="place">the place in <paramref name="own"/> of one of the others, by its own place; -1 if it is not there</param>
    public static IReadOnlyList<T> Arranged<T>(IReadOnlyList<T> own, IReadOnlyList<T> others, Func<int, int> place)
    {
        int[] places = [.. Enumerable.Range(0, others.Count).Select(place)];
        var rest = new Queue<T>(own.Where((_, i) => !places.Contains(i)));
        var ordered = new List<T>();
        for (var i = 0; i < others.Count; i++)
        {
            ordered.Add(places[i] >= 0 ? own[places[i]] : rest.TryDequeue(out var next) ? next : others[i]);
        }

        ordered.AddRange(rest);
        return ordered;
    }
}
