using System.Diagnostics.CodeAnalysis;

namespace StbImageWriteSharp;

/// <summary>The process-wide switches of StbImageWriteSharp.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "The names are StbImageWriteSharp's.")]
[SuppressMessage("Usage", "CA2211", Justification = "StbImageWriteSharp has fields here.")]
public static class StbImageWrite
{
    /// <summary>zlib's level, 0 to 9.</summary>
    public static int stbi_write_png_compression_level = 8;

    /// <summary>The filter of every PNG row, 0 to 4; -1 to choose for each.</summary>
    public static int stbi_write_force_png_filter = -1;

    /// <summary>Without effect here: TGA is not written.</summary>
    public static int stbi_write_tga_with_rle = 1;

    internal static bool FlipsVertically { get; private set; }

    /// <summary>Whether rows are taken from bottom to top; 0 is off.</summary>
    public static void stbi_flip_vertically_on_write(int flag) => FlipsVertically = flag != 0;
}
