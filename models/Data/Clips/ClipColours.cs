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
    private static readonly string[] s_alpha = ["yuva", "gbrap", "rgba", "bgra", "argb", "abgr", "ya8", "ya16"];

    /// <summary>The kind of HDR; null for a clip of ordinary range.</summary>
    public string? Hdr => Transfer switch { "smpte2084" => "PQ", "arib-std-b67" => "HLG", _ => null };

    /// <summary>Whether the primaries are far from those of BT.709.</summary>
    public bool IsWide => Primaries is "bt2020" or "smpte431" or "smpte432";

    public bool HasAlpha => s_alpha.Any(name => PixelFormat.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Bits of a sample.</summary>
    public int Bits => PixelFormat.Contains("48", StringComparison.Ordinal) || PixelFormat.Contains("64", StringComparison.Ordinal) ? 16
        : Array.Find(s_depths, bits => PixelFormat.EndsWith($"{bits}le", StringComparison.Ordinal)
            || PixelFormat.EndsWith($"{bits}be", StringComparison.Ordinal)) is > 0 and var found ? found
        : 8;

    /// <summary>The filters that are needed beyond those that every ffmpeg has, to convert HDR and wide colours to BT.709.</summary>
    public IReadOnlyList<string> Needed => Hdr is not null ? ["zscale", "tonemap"] : IsWide ? ["zscale"] : [];

    /// <summary>Filters that convert HDR and wide colours to the RGB of BT.709, each followed by a comma; empty for other clips.</summary>
    public string Conversion
    {
        get
        {
            // What the clip does not say of itself is what goes with its transfer.
            var input = $"pin={Primaries ?? "bt2020"}:min={(Matrix is "bt709" or "gbr" or "smpte170m" ? Matrix : "bt2020nc")}";
            return Hdr is not null
                ? $"zscale=tin={Transfer}:{input}:t=linear:npl={White},format=gbrpf32le,zscale=p=bt709," +
                    $"tonemap=mobius:param={Knee}:peak={Peak}:desat=0,zscale=t=bt709:p=bt709:m=gbr:r=pc,format=gbrp,"
                : IsWide ? $"zscale=tin=bt709:{input}:t=bt709:p=bt709:m=gbr:r=pc,format=gbrp,"
                : "";
        }
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
        null or "unknown" or "unspecified" or "reserved" =>
            width >= HighDefinitionWidth || height >= HighDefinitionHeight ? "bt709" : "bt601",
        _ => "auto",
    };
}
