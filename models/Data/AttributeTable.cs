namespace IlgpuGan.Models.Data;

/// <summary>
/// Attributes of pictures: a CSV file beside the pictures with the columns <c>file,NAME,NAME,…</c> and a row for each picture, separated
/// by commas, semicolons or tabs, with or without quotes. Files are relative to its folder; attributes are 1 or 0 (−1 counts as 0). Or
/// CelebA's list as published: a count, the names, then a row for each picture, separated by spaces. CelebA's pictures may be in a folder
/// <c>img_align_celeba</c> or <c>images</c> beside the list; rows without a picture are skipped.
/// </summary>
internal sealed class AttributeTable
{
    public const string FileName = "attributes.csv";

    /// <summary>File name of CelebA's list.</summary>
    public const string CelebaName = "list_attr_celeba.txt";

    private static readonly string[] s_celebaFolders = ["img_align_celeba", "images", ""];

    private AttributeTable(IReadOnlyList<string> names, IReadOnlyList<AttributeRow> rows) => (Names, Rows) = (names, rows);

    /// <summary>Names of the attributes, in column order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Pictures with their attributes, in the order of the file names.</summary>
    public IReadOnlyList<AttributeRow> Rows { get; }

    /// <summary>Whether a folder holds an attribute table.</summary>
    public static bool IsIn(string folder) => File.Exists(PathIn(folder));

    /// <summary>Path of a folder's table, whether it exists or not.</summary>
    public static string PathIn(string folder)
    {
        var celeba = Path.Combine(folder, CelebaName);
        return File.Exists(celeba) && !File.Exists(Path.Combine(folder, FileName)) ? celeba : Path.Combine(folder, FileName);
    }

    /// <param name="folder">holds the table and the pictures</param>
    /// <exception cref="PictureException">the file can't be read, or a row is malformed</exception>
    public static AttributeTable Read(string folder)
    {
        var path = PathIn(folder);
        var isCeleba = path.EndsWith(CelebaName, StringComparison.Ordinal);
        var table = isCeleba ? Celeba(path) : CsvFile.Read(path);
        string[] header = table.Count > 0 ? WithoutEmptyEnd(table[0].Cells, 0) : [];
        var pictures = isCeleba ? s_celebaFolders.Select(f => Path.Combine(folder, f)).First(Directory.Exists) : folder;
        var present = isCeleba ? Directory.EnumerateFiles(pictures).ToHashSet(StringComparer.Ordinal) : null;
        if (header.Length < 2 || header.Any(string.IsNullOrEmpty)
            || header.Distinct(StringComparer.OrdinalIgnoreCase).Count() < header.Length)
        {
            throw new PictureException(isCeleba
                ? $"{path}: its second line must name at least one attribute, each once"
                : $"{path}: its first line must name the file column and at least one attribute, each once");
        }

        var rows = new List<AttributeRow>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, whole) in table.Skip(1))
        {
            var cells = WithoutEmptyEnd(whole, header.Length);
            if (cells.Length != header.Length)
            {
                throw new PictureException(Invariant.Text($"{path}: line {line} has {cells.Length} cells instead of {header.Length}"));
            }

            var file = PictureFolder.Existing(Path.Combine(pictures, cells[0]));
            if (cells[0].Length == 0 || !seen.Add(file))
            {
                throw new PictureException($"{path}: line {line} names {(cells[0].Length == 0 ? "no file" : $"{cells[0]} again")}");
            }

            if (present?.Contains(file) == false)
            {
                continue;
            }

            rows.Add(new AttributeRow(file, [.. cells.Skip(1).Select((cell, c) => Value(cell, header[c + 1], path, line))]));
        }

        return rows.Count > 0
            ? new AttributeTable([.. header.Skip(1)], [.. rows.OrderBy(r => r.File, PathOrder.Here)])
            : throw new PictureException($"{path}: names no pictures");
    }

    /// <summary>Writes a table of some of the rows, for copies of their pictures.</summary>
    /// <param name="rows">some of <see cref="Rows"/></param>
    /// <param name="folder">the folder of this table</param>
    /// <param name="copies">the folder of the copies, under the same relative paths, and of the new table</param>
    /// <exception cref="IOException">the table can't be written</exception>
    public void WriteRows(IEnumerable<AttributeRow> rows, string folder, string copies) => CsvFile.Write(
        Path.Combine(copies, FileName),
        rows.Select(row => row.Values.Select(value => value > 0 ? "1" : "0").Prepend(
            Path.GetRelativePath(folder, row.File).Replace(Path.DirectorySeparatorChar, '/'))).Prepend(Names.Prepend("file")));

    /// <summary>The rows of CelebA's list, with the column of files that its header leaves out.</summary>
    /// <exception cref="PictureException">the file can't be read; the message names it and the reason</exception>
    private static IReadOnlyList<(int Line, string[] Cells)> Celeba(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }

        var rows = lines.Select((line, i) => (Line: i + 1, Cells: line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Skip(1).Where(row => row.Cells.Length > 0).ToList();
        return rows.Count > 0 ? [(rows[0].Line, [.. rows[0].Cells.Prepend("file")]), .. rows.Skip(1)] : rows;
    }

    /// <summary>A row without the empty cells at its end, as spreadsheets add them, but not shorter than a number of cells.</summary>
    private static string[] WithoutEmptyEnd(string[] cells, int least) =>
        cells[..Math.Max(Array.FindLastIndex(cells, cell => cell.Length > 0) + 1, Math.Min(least, cells.Length))];

    private static float Value(string cell, string name, string path, int line) => cell switch
    {
        "1" => 1,
        "0" or "-1" => 0,
        _ => throw new PictureException($"{path}: line {line} has '{cell}' for {name}; it can be 1 or 0"),
    };
}

/// <summary>A picture with its attributes.</summary>
/// <param name="File">path of the picture</param>
/// <param name="Values">1 or 0 for each attribute</param>
internal sealed record AttributeRow(string File, IReadOnlyList<float> Values);
