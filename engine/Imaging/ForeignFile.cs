using System.Buffers;

namespace IlgpuGan.Imaging;

/// <summary>
/// Names what is found under a picture's name although it is no picture that is read here, by its first bytes, and says what to do.
/// </summary>
internal static class ForeignFile
{
    /// <summary>For a TIFF of which only a thumbnail could be read.</summary>
    public const string RawOfCamera =
        "a camera's raw file, of which only a thumbnail could be read; develop it and save it as TIFF, PNG or JPEG";

    /// <summary>Bytes in which the kind of a text shows.</summary>
    private const int Head = 4096;

    private const int QuotedLetters = 40;
    private const string ConvertIt = "convert it to PNG or JPEG";
    private const string UnpackIt = "unpack it and take the pictures in it";
    private const string NameIt = "give it the ending of a film to translate its frames";

    private static readonly (byte[] Start, string What)[] s_signatures =
    [
        ([0, 0, 0, 0x0C, .. "JXL "u8], $"a JPEG XL, not a PNG or JPEG; {ConvertIt}"),
        ([0xFF, 0x0A], $"a JPEG XL, not a PNG or JPEG; {ConvertIt}"),
        ([0, 0, 0, 0x0C, .. "jP  "u8], $"a JPEG 2000, not a PNG or JPEG; {ConvertIt}"),
        ([0xFF, 0x4F, 0xFF, 0x51], $"a JPEG 2000, not a PNG or JPEG; {ConvertIt}"),
        ([.. "%PDF-"u8], "a PDF, not a picture; save its pages as PNG, as with 'pdftoppm -png FILE PAGE'"),
        ([.. "%!PS"u8], $"a PostScript document, not a picture; {ConvertIt}"),
        ([.. "PK\x03\x04"u8], $"a ZIP archive, not a picture; {UnpackIt}"),
        ([.. "PK\x05\x06"u8], "an empty ZIP archive, not a picture; download it again"),
        ([0x1F, 0x8B], "packed by gzip, not a picture; unpack it with 'gunzip'"),
        ([.. "BZh"u8], "packed by bzip2, not a picture; unpack it with 'bunzip2'"),
        ([0xFD, .. "7zXZ"u8], "packed by xz, not a picture; unpack it with 'unxz'"),
        ([0x28, 0xB5, 0x2F, 0xFD], "packed by Zstandard, not a picture; unpack it with 'unzstd'"),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], $"a 7z archive, not a picture; {UnpackIt}"),
        ([.. "Rar!"u8], $"a RAR archive, not a picture; {UnpackIt}"),
        ([.. "8BPS"u8], "a document of Photoshop (PSD); save it as TIFF, PNG or JPEG"),
        ([.. "gimp xcf"u8], "a document of GIMP (XCF); export it as PNG, TIFF or JPEG"),
        ([.. "FUJIFILMCCD-RAW"u8], RawOfCamera),
        ([.. "IIRO"u8], RawOfCamera),
        ([.. "IIRS"u8], RawOfCamera),
        ([.. "MMOR"u8], RawOfCamera),
        ([.. "IIU\0"u8], RawOfCamera),
        ([.. "FOVb"u8], RawOfCamera),
        ([.. "\0MRM"u8], RawOfCamera),
        ([0x49, 0x49, 0xBC, 0x01], $"a JPEG XR, not a PNG or JPEG; {ConvertIt}"),
        ([0x76, 0x2F, 0x31, 0x01], $"an OpenEXR, not a PNG or JPEG; {ConvertIt}"),
        ([.. "#?RADIANCE"u8], $"a Radiance HDR, not a PNG or JPEG; {ConvertIt}"),
        ([.. "#?RGBE"u8], $"a Radiance HDR, not a PNG or JPEG; {ConvertIt}"),
        ([.. "DDS "u8], $"a DirectDraw texture (DDS), not a PNG or JPEG; {ConvertIt}"),
        ([0, 0, 1, 0], $"an icon (ICO), not a PNG or JPEG; {ConvertIt}"),
        ([.. "icns"u8], $"an icon (ICNS), not a PNG or JPEG; {ConvertIt}"),
        ([.. "qoif"u8], $"a QOI, not a PNG or JPEG; {ConvertIt}"),
        ([.. "BPG"u8, 0xFB], $"a BPG, not a PNG or JPEG; {ConvertIt}"),
        ([0x8A, .. "MNG"u8], $"an MNG, not a PNG; {ConvertIt}"),
        ([0x8B, .. "JNG"u8], $"a JNG, not a PNG; {ConvertIt}"),
        ([0xD7, 0xCD, 0xC6, 0x9A], $"a Windows metafile, not a PNG or JPEG; {ConvertIt}"),
        ([.. "P7\n"u8], $"a PAM of Netpbm, not a PNG or JPEG; {ConvertIt}"),
        ([.. "PF\n"u8], $"a PFM of floats, not a PNG or JPEG; {ConvertIt}"),
        ([.. "Pf\n"u8], $"a PFM of floats, not a PNG or JPEG; {ConvertIt}"),
        ([.. "SIMPLE  ="u8], $"a FITS, not a PNG or JPEG; {ConvertIt}"),
        ([0x89, .. "HDF"u8], "an HDF5 archive, not a picture; save the pictures in it as PNG"),
        ([0x93, .. "NUMPY"u8], "an array of NumPy; give it the ending .npy"),
        ([0x1A, 0x45, 0xDF, 0xA3], $"a film (Matroska or WebM), not a picture; {NameIt}"),
        ([.. "FLV"u8], $"a film (FLV), not a picture; {NameIt}"),
        ([0, 0, 1, 0xBA], $"a film (MPEG), not a picture; {NameIt}"),
        ([0, 5, 0x16, 7], "what macOS keeps beside a picture (AppleDouble), not the picture; delete it"),
        ([.. "SQLite format 3"u8], "a database, such as the thumbnails of a program, not a picture; delete it"),
        ([0xD0, 0xCF, 0x11, 0xE0], "a compound document of Windows, such as Thumbs.db, not a picture; delete it"),
        ([.. "version https://git-lfs"u8], "a pointer of Git LFS, not the picture itself; fetch the pictures with 'git lfs pull'"),
        ([.. "/annex/objects/"u8], "a pointer of git-annex, not the picture itself; fetch the pictures with 'git annex get'"),
    ];

    /// <summary>What no text holds: control characters, and the sign for bytes that are no UTF-8.</summary>
    private static readonly SearchValues<char> s_noText = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(i => (char)i).Where(c => c is not ('\t' or '\r' or '\n' or '\f')), '\x7F', '\uFFFD']);

    /// <summary>What the file is and what to do; null if nothing is known of it.</summary>
    public static string? Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            return "the file is empty; copy or download it again";
        }

        if (file.IndexOfAnyExcept((byte)0) < 0)
        {
            return "holds nothing but zeros, as an interrupted copy leaves it; copy or download it again";
        }

        foreach (var (start, what) in s_signatures)
        {
            if (file.StartsWith(start))
            {
                return what;
            }
        }

        return IsRawOfCanon(file) ? RawOfCamera
            : OfBoxes(file)
            ?? OfChunks(file)
            ?? OfText(file[..Math.Min(Head, file.Length)])
            ?? (file.Length > 262 && file[257..].StartsWith("ustar"u8) ? $"a tar archive, not a picture; {UnpackIt}"
            : file.Length > 132 && file[128..].StartsWith("DICM"u8) ? $"a DICOM, not a PNG or JPEG; {ConvertIt}"
            : null);
    }

    /// <summary>Whether the bytes begin like a TIFF but are a raw file of Canon, whose first page is a thumbnail.</summary>
    public static bool IsRawOfCanon(ReadOnlySpan<byte> file) =>
        file.Length > 10 && file.StartsWith("II*\0"u8) && file[8..].StartsWith("CR"u8);

    /// <summary>Files of the ISO base media format, which begin with a box of their brands.</summary>
    private static string? OfBoxes(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file[4..].StartsWith("ftyp"u8))
        {
            return file.Length >= 8 && (file[4..].StartsWith("moov"u8) || file[4..].StartsWith("mdat"u8))
                ? $"a film (QuickTime), not a picture; {NameIt}"
                : null;
        }

        var size = (int)Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(file), 12, (uint)Math.Min(file.Length, Head));
        var film = true;
        for (var at = 8; at + 4 <= size; at += at == 8 ? 8 : 4)
        {
            switch (Encoding.Latin1.GetString(file.Slice(at, 4)))
            {
                case "avif" or "avis":
                    return "an AVIF, not a PNG or JPEG; convert it, as with 'magick IN.avif OUT.png' or 'avifdec IN.avif OUT.png'";
                case "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs":
                    return "a HEIC of a phone, not a PNG or JPEG; convert it, as with 'magick IN.heic OUT.png' or 'heif-convert IN.heic " +
                        "OUT.png'";
                case "crx ":
                    return RawOfCamera;
                case "mif1" or "msf1" or "mif2":
                    film = false;
                    break;
            }
        }

        return film ? $"a film (MP4 or QuickTime), not a picture; {NameIt}"
            : "a HEIF, not a PNG or JPEG; convert it, as with 'magick IN.heif OUT.png' or 'heif-convert IN.heif OUT.png'";
    }

    private static string? OfChunks(ReadOnlySpan<byte> file) =>
        file.Length < 12 || !file.StartsWith("RIFF"u8) ? null
        : file[8..].StartsWith("AVI "u8) ? $"a film (AVI), not a picture; {NameIt}"
        : "a RIFF file of another kind than WebP, not a picture";

    private static string? OfText(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? (head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(head[2..])
            : Encoding.UTF8.GetString(head);
        text = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');

        // The head may end within a letter.
        if (text.Length < 2 || text.AsSpan(0, text.Length - 1).ContainsAny(s_noText))
        {
            return null;
        }

        return Has("<svg") ? "an SVG drawing, not a PNG or JPEG; convert it, as with 'rsvg-convert -o OUT.png IN.svg'"
            : Has("<!doctype html") || Has("<html") || Has("<head") || Has("<body")
                ? "a web page (HTML), as servers send it in place of a file; open the link in a browser, and save the picture itself"
            : text[0] == '<' ? "a text of XML, such as a server's error message, not a picture; download it again"
            : text[0] is '{' or '[' ? "a text of JSON, such as a server's error message, not a picture; download it again"
            : Has("annex/objects/") ? "a pointer of git-annex, not the picture itself; fetch the pictures with 'git annex get'"
            : $"not a PNG or JPEG, but a text that begins with '{Beginning(text)}'";

        bool Has(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    private static string Beginning(string text)
    {
        var line = text.AsSpan(0, Math.Max(1, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length));
        return string.Concat(
            line[..Math.Min(line.Length, QuotedLetters)].ToArray().Where(letter => letter is >= ' ' and <= '~' and not '\''));
    }
}
