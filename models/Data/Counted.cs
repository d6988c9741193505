namespace IlgpuGan.Models.Data;

/// <summary>Counts with nouns, for messages.</summary>
internal static class Counted
{
    /// <summary><c>1 picture</c>, <c>2 pictures</c>.</summary>
    /// <param name="thing">the noun in the singular; the plural adds an s</param>
    public static string Of(int count, string thing) =>
        Invariant.Text($"{count} {thing}{(count == 1 ? "" : "s")}");
}
