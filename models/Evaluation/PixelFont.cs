using ADRaffy.ENSNormalize;
using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// A font of 5×7 pixels for captions in pictures: white capitals, digits and some signs on black. Letters lose their accents; of other
/// characters a frame is drawn.
/// </summary>
internal static class PixelFont
{
    public const int Height = 7;

    /// <summary>Columns from one character to the next.</summary>
    public const int Advance = 6;

    private const int Width = 5;

    private static readonly Dictionary<char, string[]> s_glyphs = new()
    {
        ['0'] = [" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "],
        ['1'] = ["  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "],
        ['2'] = [" ### ", "#   #", "    #", "   # ", "  #  ", " #   ", "#####"],
        ['3'] = [" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "],
        ['4'] = ["   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "],
        ['5'] = ["#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "],
        ['6'] = [" ### ", "#    ", "#    ", "#### ", "#   #", "#   #", " ### "],
        ['7'] = ["#####", "    #", "   # ", "  #  ", "  #  ", " #   ", " #   "],
        ['8'] = [" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "],
        ['9'] = [" ### ", "#   #", "#   #", " ####", "    #", "    #", " ### "],
        ['A'] = [" ### ", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"],
        ['B'] = ["#### ", "#   #", "#   #", "#### ", "#   #", "#   #", "#### "],
        ['C'] = [" ####", "#    ", "#    ", "#    ", "#    ", "#    ", " ####"],
        ['D'] = ["#### ", "#   #", "#   #", "#   #", "#   #", "#   #", "#### "],
        ['E'] = ["#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#####"],
        ['F'] = ["#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#    "],
        ['G'] = [" ####", "#    ", "#    ", "#  ##", "#   #", "#   #", " ### "],
        ['H'] = ["#   #", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"],
        ['I'] = [" ### ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "],
        ['J'] = ["  ###", "   # ", "   # ", "   # ", "   # ", "#  # ", " ##  "],
        ['K'] = ["#   #", "#  # ", "# #  ", "##   ", "# #  ", "#  # ", "#   #"],
        ['L'] = ["#    ", "#    ", "#    ", "#    ", "#    ", "#    ", "#####"],
        ['M'] = ["#   #", "## ##", "# # #", "# # #", "#   #", "#   #", "#   #"],
        ['N'] = ["#   #", "##  #", "##  #", "# # #", "#  ##", "#  ##", "#   #"],
        ['O'] = [" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "],
        ['P'] = ["#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "],
        ['Q'] = [" ### ", "#   #", "#   #", "#   #", "# # #", "#  # ", " ## #"],
        ['R'] = ["#### ", "#   #", "#   #", "#### ", "# #  ", "#  # ", "#   #"],
        ['S'] = [" ####", "#    ", "#    ", " ### ", "    #", "    #", "#### "],
        ['T'] = ["#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "],
        ['U'] = ["#   #", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "],
        ['V'] = ["#   #", "#   #", "#   #", "#   #", "#   #", " # # ", "  #  "],
        ['W'] = ["#   #", "#   #", "#   #", "# # #", "# # #", "## ##", "#   #"],
        ['X'] = ["#   #", "#   #", " # # ", "  #  ", " # # ", "#   #", "#   #"],
        ['Y'] = ["#   #", "#   #", " # # ", "  #  ", "  #  ", "  #  ", "  #  "],
        ['Z'] = ["#####", "    #", "   # ", "  #  ", " #   ", "#    ", "#####"],
        ['.'] = ["     ", "     ", "     ", "     ", "     ", " ##  ", " ##  "],
        ['+'] = ["     ", "  #  ", "  #  ", "#####", "  #  ", "  #  ", "     "],
        ['-'] = ["     ", "     ", "     ", "#####", "     ", "     ", "     "],
        ['_'] = ["     ", "     ", "     ", "     ", "     ", "     ", "#####"],
        ['/'] = ["    #", "    #", "   # ", "  #  ", " #   ", "#    ", "#    "],
        [':'] = ["     ", " ##  ", " ##  ", "     ", " ##  ", " ##  ", "     "],
        ['%'] = ["##   ", "##  #", "   # ", "  #  ", " #   ", "#  ##", "   ##"],
        [' '] = ["     ", "     ", "     ", "     ", "     ", "     ", "     "],
        ['|'] = ["  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "],
    };

    private static readonly string[] s_unknown = ["#####", "#   #", "#   #", "#   #", "#   #", "#   #", "#####"];

    /// <summary>An RGB strip of the given width with a line of text, truncated if it does not fit.</summary>
    /// <param name="scale">size of a dot in pixels</param>
    public static Image Strip(string text, int width, int scale)
    {
        var height = (Height + 4) * scale;
        var samples = new byte[width * height * 3];
        text = Plain(text);
        for (var i = 0; i < text.Length && (2 + (i * Advance) + Width) * scale <= width; i++)
        {
            Stamp(s_glyphs.GetValueOrDefault(text[i], s_unknown), samples, width, 2 + (i * Advance), scale);
        }

        return new Image(width, height, 3, samples);
    }

    /// <summary>In capitals, without accents, whichever way the text composes them.</summary>
    private static string Plain(string text) => string.Concat(
        ENSNormalize.NF.NFD(string.Concat(text.EnumerateRunes())).Replace("ß", "ss", StringComparison.Ordinal).ToUpperInvariant()
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));

    private static void Stamp(string[] glyph, byte[] samples, int width, int column, int scale)
    {
        for (var y = 0; y < Height * scale; y++)
        {
            for (var x = 0; x < Width * scale; x++)
            {
                if (glyph[y / scale][x / scale] == '#')
                {
                    samples.AsSpan(((((2 * scale) + y) * width) + (column * scale) + x) * 3, 3).Fill(byte.MaxValue);
                }
            }
        }
    }
}
