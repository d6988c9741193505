using IlgpuGan.Tensors.Formats;
using Sylvan.Data.Csv;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Reads tables as spreadsheets write them: separated by commas, semicolons or tabs, with quoted cells, a byte order mark, any line ends,
/// and Excel's line <c>sep=;</c>. Writes them with commas.
/// </summary>
internal static class CsvFile
{
    private const string SeparatorLine = "sep=";

    /// <summary>The rows that are not empty: their line numbers, and their cells without surrounding spaces.</summary>
    /// <exception cref="PictureException">the file can't be read, or is no table; the message names it and the reason</exception>
    public static IReadOnlyList<(int Line, string[] Cells)> Read(string path)
    {
        var row = 0;
        try
        {
            var text = Disk.ReadText(path);
            char? delimiter = null;
            if (text.StartsWith(SeparatorLine, StringComparison.OrdinalIgnoreCase) && text.IndexOf('\n') is > 4 and var end)
            {
                (delimiter, text, row) = (text[SeparatorLine.Length], text[(end + 1)..], 1);
            }

            var rows = new List<(int Line, string[] Cells)>();

            // No line is a comment: pictures may be called #1.png.
            var options = new CsvDataReaderOptions { HasHeaders = false, Delimiter = delimiter, Comment = '\0' };
            using var reader = CsvDataReader.Create(new StringReader(text), options);
            while (reader.Read())
            {
                row++;
                string[] cells = [.. Enumerable.Range(0, reader.RowFieldCount).Select(i => reader.GetString(i).Trim())];
                if (!Array.TrueForAll(cells, cell => cell.Length == 0))
                {
                    rows.Add((row, cells));
                }
            }

            return rows;
        }
        catch (CsvFormatException e)
        {
            throw new PictureException(
                Invariant.Text($"{path}: line {row + 1} is no row of a table: {e.Message}"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes a table, with quotes around cells that hold what separates cells or rows.</summary>
    /// <exception cref="IOException">the file can't be written</exception>
    public static void Write(string path, IEnumerable<IEnumerable<string>> rows) =>
        AtomicFile.WriteText(path, string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\n")));

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny(",;\t\"\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;
}
