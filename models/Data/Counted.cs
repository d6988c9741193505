namespace IlgpuGan.Models.Data;

/// <summary>Numbers of things, for people.</summary>
public static class Counted
{
    /// <summary><c>1 picture</c>, <c>2 pictures</c>.</summary>
    /// <param name="thing">what one is called; several have an s</param>
    public static string Of(int count, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");
}
