namespace IlgpuGan.Models.Data;

/// <summary>The lines of a table beside pictures or points.</summary>
internal static class TextLines
{
    /// <exception cref="DataException">the file can't be read; the message names it and says why</exception>
    public static string[] Of(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: {e.Message}", e);
        }
    }
}
