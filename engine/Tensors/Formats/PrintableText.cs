namespace IlgpuGan.Tensors.Formats;

/// <summary>Texts of files in messages for people.</summary>
public static class PrintableText
{
    private const int Longest = 300;

    /// <summary>One line that ends: a message quotes names of a file, which may hold anything.</summary>
    public static string Of(string message)
    {
        var text = message.Length <= Longest ? message : $"{message[..(Longest / 2)]}…{message[^(Longest / 2)..]}";
        return string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
                or (>= UnicodeCategory.Control and <= UnicodeCategory.PrivateUse) => "\uFFFD",
            _ => rune.ToString(),
        }));
    }
}
