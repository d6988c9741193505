namespace IlgpuGan.Tensors.Formats;

/// <summary>Makes text from files safe for messages.</summary>
internal static class PrintableText
{
    private const int MaxLength = 300;

    /// <summary>One line of bounded length without control characters: names in a file may contain anything.</summary>
    public static string Of(string message)
    {
        var text = message.Length <= MaxLength ? message : $"{message[..(MaxLength / 2)]}…{message[^(MaxLength / 2)..]}";
        return string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
                or (>= UnicodeCategory.Control and <= UnicodeCategory.PrivateUse) => "\uFFFD",
            _ => rune.ToString(),
        }));
    }
}
