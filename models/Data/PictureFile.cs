using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>Pictures on disk: PNG and JPEG (turned upright as EXIF says), and <c>.npy</c> for other numbers of channels.</summary>
public static class PictureFile
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".npy"];

    /// <summary>Whether a name ends like a picture's, in any case.</summary>
    public static bool HasPictureName(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="DataException">the file can't be read or is no picture; the message names it and says why</exception>
    public static Picture Load(string path)
    {
        try
        {
            return IsArray(path) ? NpyFile.Load(path) : new Picture(ImageFile.LoadUpright(path));
        }
        catch (ImageFormatException e)
        {
            throw new DataException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: {e.Message}", e);
        }
    }

    internal static bool IsArray(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);
}
