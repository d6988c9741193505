using IlgpuGan.Imaging;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>Tells whole picture files from damaged ones without decoding them: a page has hundreds.</summary>
internal static class PictureState
{
    /// <summary>The last chunk of every PNG.</summary>
    private static readonly byte[] s_pngEnd = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xae, 0x42, 0x60, 0x82];

    public static bool IsWhole(string path)
    {
        try
        {
            var bytes = Disk.ReadBytes(path);
            _ = ImageFile.Identify(bytes);
            return !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) || bytes.AsSpan().EndsWith(s_pngEnd);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageFormatException)
        {
            return false;
        }
    }
}
