namespace IlgpuGan.TypeTables;

/// <summary>Atomic updates of numbers of a type, as the host does them; back ends find them by name and write instructions.</summary>
internal static class AtomicTable
{
    /// <summary>An update.</summary>
    /// <param name="Name">as in <c>Atomic</c></param>
    /// <param name="Summary">what it does</param>
    /// <param name="Changed">the new value, from <c>old</c> and <c>value</c></param>
    /// <param name="TakesFloats">whether there is one for floats</param>
    private sealed record Update(string Name, string Summary, string Changed, bool TakesFloats);

    private static readonly Update[] s_updates =
    [
        new("Add", "Adds <paramref name=\"value\"/>; integers wrap.", "old + value", TakesFloats: true),
        new("Max", "Keeps the larger of the two.", "Math.Max(old, value)", TakesFloats: true),
        new("Min", "Keeps the smaller of the two.", "Math.Min(old, value)", TakesFloats: true),
        new("And", "Bitwise and.", "old & value", TakesFloats: false),
        new("Or", "Bitwise or.", "old | value", TakesFloats: false),
        new("Xor", "Bitwise exclusive or.", "old ^ value", TakesFloats: false),
    ];

    public static string Updates(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        namespace ILGPU;

        /// <content>Updates that repeat until nobody came in between.</content>
        public static partial class Atomic
        {
        """,
        from update in s_updates
        from type in types
        where update.TakesFloats || !type.IsFloat
        select Method(update, type),
        "}\n");

    private static string Method(Update update, ElementType type)
    {
        string documentation = type.Keyword == "int"
            ? $"/// <summary>{update.Summary}</summary>\n    /// <returns>The old value.</returns>"
            : $"/// <inheritdoc cref=\"{update.Name}(ref int, int)\"/>";
        string isOther = type.IsFloat
            ? " is var seen\n            && Interop.FloatAsInt(seen) != Interop.FloatAsInt(old)"
            : " != old";
        return $$"""
                {{documentation}}
                public static {{type.Keyword}} {{update.Name}}(ref {{type.Keyword}} target, {{type.Keyword}} value)
                {
                    {{type.Keyword}} old;
                    do
                    {
                        old = Volatile.Read(ref target);
                    }
                    while (Interlocked.CompareExchange(ref target, {{update.Changed}}, old){{isOther}});

                    return old;
                }
            """;
    }
}
