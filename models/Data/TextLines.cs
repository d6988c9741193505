namespace IlgpuGan.Models.Data;

/// <summary>Reads the lines of a table beside pictures or points.</summary>
internal static class TextLines
{
    /// <exception cref="PictureException">the file can't be read; the message names it and the reason</exception>
    public static string[] Of(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }
}
