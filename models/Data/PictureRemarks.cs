namespace IlgpuGan.Models.Data;

/// <summary>
/// Remarks on pictures that are read or written: what is wrong with a file whose pixels are all there, and what is lost, such as further
/// frames, or transparency in a JPEG. Pictures are read deep within data sets and on several threads, so remarks are heard by scope.
/// </summary>
internal static class PictureRemarks
{
    private static readonly AsyncLocal<Action<string, string>?> s_listener = new();

    /// <summary>
    /// Hears the remarks of this thread, and of the work that it starts, until the result is disposed. A listener around it hears nothing
    /// meanwhile.
    /// </summary>
    /// <param name="heard">
    /// Called on any thread with the file's name and the remark, a phrase without a full stop; once for each time that the file is read.
    /// </param>
    public static IDisposable Listen(Action<string, string> heard) => new Scope(heard);

    /// <summary>
    /// Lets nobody hear the remarks of this thread, and of the work that it starts, until the result is disposed. Pictures are then not
    /// searched for what is to be remarked.
    /// </summary>
    public static IDisposable Silence() => new Scope(null);

    /// <summary>Files with the same remark in one line: <c>a.gif and 3 others: it is animated, …</c></summary>
    public static IEnumerable<string> Lines(IEnumerable<(string File, string Remark)> remarks) =>
        Grouped(remarks).Select(alike => $"{alike.Files}: {alike.Remark}");

    /// <summary>Each remark once, with the first of its files and the number of others.</summary>
    internal static IEnumerable<(string Files, string Remark)> Grouped(IEnumerable<(string File, string Remark)> remarks) =>
        remarks.Distinct().GroupBy(r => r.Remark, r => r.File)
            .Select(alike => (
                alike.Count() - 1 is > 0 and var others ? $"{alike.First()} and {Counted.Of(others, "other")}" : alike.First(), alike.Key));

    /// <summary>Work for a thread that others share, heard by the caller's listener.</summary>
    public static Func<T> Carried<T>(Func<T> work)
    {
        var carried = Carried<object?, T>(_ => work());
        return () => carried(null);
    }

    /// <inheritdoc cref="Carried{T}(Func{T})"/>
    public static Func<TInput, T> Carried<TInput, T>(Func<TInput, T> work)
    {
        var listener = s_listener.Value;
        return input =>
        {
            using var carried = new Scope(listener); // Even of nobody: the thread may be in the scope of whoever started it.
            return work(input);
        };
    }

    /// <summary>Whether somebody hears what is remarked on this thread.</summary>
    internal static bool AreHeard => s_listener.Value is not null;

    internal static void Add(string file, string remark) => s_listener.Value?.Invoke(file, remark);

    private sealed class Scope : IDisposable
    {
        private readonly Action<string, string>? _outer = s_listener.Value;

        public Scope(Action<string, string>? heard) => s_listener.Value = heard;

        public void Dispose() => s_listener.Value = _outer;
    }
}
