namespace IlgpuGan.TestsCommon.PtxMachine.Syntax;

internal enum PtxTokenKind
{
    /// <summary>An identifier; suffixes and directives begin with a dot.</summary>
    Word,
    Number,
    Text,
    Sign,
    End,
}

internal readonly record struct PtxToken(PtxTokenKind Kind, string Text, int Line);

/// <summary>Splits PTX into tokens (ISA section 4).</summary>
internal static class PtxLexer
{
    public static List<PtxToken> Read(string text)
    {
        var tokens = new List<PtxToken>();
        var line = 1;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (c == '\n')
            {
                line++;
            }
            if (char.IsWhiteSpace(c))
            {
                at++;
                continue;
            }

            if (c > 127)
            {
                throw new PtxRejectedException(line, $"the character '{c}' is not ASCII");
            }
            if (c == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*')
            {
                at = SkipComment(text, at, ref line);
                continue;
            }

            var end = EndOfToken(text, at, line, out var kind);
            tokens.Add(new PtxToken(kind, text[at..end], line));
            at = end;
        }

        tokens.Add(new PtxToken(PtxTokenKind.End, "the end", line));
        return tokens;
    }

    private static int SkipComment(string text, int at, ref int line)
    {
        var isLine = text[at + 1] == '/';
        var end = isLine ? text.IndexOf('\n', at) : text.IndexOf("*/", at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return isLine ? text.Length : throw new PtxRejectedException(line, "a comment does not end");
        }
        if (!isLine)
        {
            line += text.AsSpan(at, end - at).Count('\n');
        }
        return isLine ? end : end + 2;
    }

    private static int EndOfToken(string text, int at, int line, out PtxTokenKind kind)
    {
        var c = text[at];
        var end = at + 1;
        if (char.IsAsciiLetter(c) || c is '_' or '$' or '%' or '.')
        {
            kind = PtxTokenKind.Word;
            while (end < text.Length && (IsWordPart(text[end]) || IsQualifier(text, end)))
            {
                end += IsWordPart(text[end]) ? 1 : 2;
            }
            if (end == at + 1 && c is '%' or '.' or '$')
            {
                throw new PtxRejectedException(line, $"'{c}' begins no word");
            }
            return end;
        }

        if (char.IsAsciiDigit(c))
        {
            kind = PtxTokenKind.Number;
            while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
            {
                end++;
            }
            return end;
        }

        if (c == '"')
        {
            kind = PtxTokenKind.Text;
            end = text.IndexOf('"', end);
            return end < 0 ? throw new PtxRejectedException(line, "a string does not end") : end + 1;
        }

        kind = PtxTokenKind.Sign;
        return "{}[]()<>,;:=+-!|@".Contains(c) ? end : throw new PtxRejectedException(line, $"'{c}' is no part of PTX");
    }

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';

    // .L2::128B
    private static bool IsQualifier(string text, int at) =>
        at + 2 < text.Length && text[at] == ':' && text[at + 1] == ':' && IsWordPart(text[at + 2]);
}
