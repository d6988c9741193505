namespace IlgpuGan.Models.Data.Clips;

/// <summary>How a clip's colours are stored, in ffmpeg's names; null for what the clip does not say.</summary>
/// <param name="PixelFormat">such as <c>yuv420p10le</c></param>
/// <param name="Matrix">from RGB to luma and chroma</param>
/// <param name="Transfer">from light to numbers</param>
/// <param name="Primaries">the colours of red, green and blue</param>
internal sealed record ClipColours(string PixelFormat, string? Matrix, string? Transfer, string? Primaries)
{
    /// <summary>The light that becomes white: that of paper in HDR films, in nits (ITU-R BT.2408).</summary>
    private const int White = 203;

    /// <summary>Light from here on is compressed, as a part of white; below, colours are exact.</summary>
    private const string Knee = "0.7";

    /// <summary>The brightest light that is told apart, as a multiple of white: 1000 nits.</summary>
    private const string Peak = "4.93";

    /// <summary>Sizes from which players take an unmarked clip as BT.709; smaller ones are BT.601.</summary>
    private const int HighDefinitionWidth = 1280;
    private const int HighDefinitionHeight = 720;

    private static readonly int[] s_depths = [16, 14, 12, 10, 9];
    private static readonly string[] s_alpha =
        ["yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ayuv", "vuya", "uyva", "ya8", "ya16"];

    /// <summary>What the scaler takes for an ordinary matrix or transfer, without a word.</summary>
    private static readonly string[] s_odd = ["ycgco", "ictcp", "chroma-derived-nc", "linear", "log100", "log316"];

    /// <summary>The kind of HDR; null for a clip of ordinary range.</summary>
    public string? Hdr => Transfer switch { "smpte2084" => "PQ", "arib-std-b67" => "HLG", _ => null };

    /// <summary>Whether the primaries are far from those of BT.709.</summary>
    public bool IsWide => Primaries is "bt2020" or "smpte431" or "smpte432";

    /// <summary>A matrix or transfer that only zscale reads; null for an ordinary one.</summary>
    public string? Odd => s_odd.Contains(Matrix) ? Matrix : s_odd.Contains(Transfer) ? Transfer : null;

    public bool HasAlpha => s_alpha.Any(name => PixelFormat.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Bits of a sample.</summary>
    public int Bits => PixelFormat.Contains("48", StringComparison.Ordinal) || PixelFormat.Contains("64", StringComparison.Ordinal) ? 16
        : Array.Find(s_depths, bits => PixelFormat.EndsWith($"{bits}le", StringComparison.Ordinal)
            || PixelFormat.EndsWith($"{bits}be", StringComparison.Ordinal)) is > 0 and var found ? found
        : 8;

    /// <summary>
    /// The filters that are needed beyond those that every ffmpeg has, to convert HDR, wide and oddly stored colours to BT.709.
    /// </summary>
    public IReadOnlyList<string> Needed => Hdr is not null ? ["zscale", "tonemap"] : IsWide || Odd is not null ? ["zscale"] : [];

    /// <summary>Filters that convert such colours to the RGB of BT.709, each followed by a comma.</summary>
    /// <param name="width">columns as stored</param>
    /// <param name="height">rows as stored</param>
    public string Conversion(int width, int height)
    {
        // What the clip does not say of itself is what goes with the rest.
        var matrix = Matrix switch
        {
            "bt709" or "gbr" or "fcc" or "bt470bg" or "smpte170m" or "ycgco" or "ictcp" or "chroma-derived-nc" => Matrix,
            null when Hdr is null && Primaries is not "bt2020" => MatrixFor(width, height) == "bt709" ? "bt709" : "smpte170m",
            _ => "bt2020nc",
        };
        var input = $"pin={Primaries ?? (Hdr is null ? "bt709" : "bt2020")}:min={matrix}";
        const string rgb = "p=bt709:m=gbr:r=pc";
        return Hdr is null
            ? $"zscale=tin={(s_odd.Contains(Transfer) ? Transfer : "bt709")}:{input}:t=bt709:{rgb},format=gbrp,"
            : $"zscale=tin={Transfer}:{input}:t=linear:npl={White}:{rgb},format=gbrpf32le," +
                $"tonemap=mobius:param={Knee}:peak={Peak}:desat=0,zscale=tin=linear:pin=bt709:min=gbr:t=bt709:{rgb},format=gbrp,";
    }

    /// <summary>The scaler's name of the matrix: the clip's, or that of its size, as in players.</summary>
    /// <param name="width">columns as stored</param>
    /// <param name="height">rows as stored</param>
    public string MatrixFor(int width, int height) => Matrix switch
    {
        "bt709" => "bt709",
        "fcc" => "fcc",
        "smpte240m" => "smpte240m",
        "bt2020nc" or "bt2020c" => "bt2020",
        "bt470bg" or "smpte170m" => "bt601",
        null =>
            width >= HighDefinitionWidth || height >= HighDefinitionHeight ? "bt709" : "bt601",
        _ => "auto",
    };
}
