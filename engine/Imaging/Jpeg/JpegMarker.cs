namespace IlgpuGan.Imaging.Jpeg;

/// <summary>The second bytes of JPEG markers (ITU-T T.81, table B.1).</summary>
internal static class JpegMarker
{
    public const byte Sof0 = 0xC0;
    public const byte Sof2 = 0xC2;
    public const byte Dht = 0xC4;
    public const byte Jpg = 0xC8;
    public const byte Dac = 0xCC;
    public const byte Sof15 = 0xCF;
    public const byte Rst0 = 0xD0;
    public const byte Rst7 = 0xD7;
    public const byte Soi = 0xD8;
    public const byte Eoi = 0xD9;
    public const byte Sos = 0xDA;
    public const byte Dqt = 0xDB;
    public const byte Dri = 0xDD;
    public const byte App0 = 0xE0;
    public const byte App1 = 0xE1;
    public const byte App2 = 0xE2;
    public const byte App14 = 0xEE;
    public const byte Tem = 0x01;

    /// <summary>Whether the bytes begin with SOI and the start of another marker.</summary>
    public static bool StartsImage(ReadOnlySpan<byte> file) => file.StartsWith([(byte)0xFF, Soi, (byte)0xFF]);

    /// <summary>Whether it is a start-of-frame marker of any process, supported or not.</summary>
    public static bool IsFrame(byte marker) => marker is >= Sof0 and <= Sof15 and not (Dht or Jpg or Dac);

    public static bool IsRestart(byte marker) => marker is >= Rst0 and <= Rst7;

    /// <summary>Whether it is a marker without a length and payload.</summary>
    public static bool StandsAlone(byte marker) => marker is Soi or Eoi or Tem || IsRestart(marker);

    /// <summary>Why a frame of this process is not supported; null for the three supported ones.</summary>
    public static string? UnsupportedProcess(byte sof) => (sof & 0x0F) switch
    {
        0 or 1 or 2 => null,
        3 => "lossless JPEG is not supported",
        5 or 6 or 7 => "hierarchical JPEG is not supported",
        11 or 15 => "lossless JPEG with arithmetic coding is not supported",
        _ => "JPEG with arithmetic coding is not supported",
    };
}
