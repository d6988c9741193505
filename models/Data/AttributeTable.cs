namespace IlgpuGan.Models.Data;

/// <summary>
/// Attributes of pictures: a CSV file beside the pictures with the columns <c>file,NAME,NAME,…</c> and a row for each picture. Files are
/// relative to its folder; attributes are 1 or 0 (−1 counts as 0). Or CelebA's list as published: a count, the names, then a row for each
/// picture, separated by spaces. CelebA's pictures may be in a folder <c>img_align_celeba</c> or <c>images</c> beside the list; rows
/// without a picture are skipped.
/// </summary>
public sealed class AttributeTable
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
    /// <exception cref="DataException">the file can't be read, or a row is malformed</exception>
    public static AttributeTable Read(string folder)
    {
        var path = PathIn(folder);
        var isCeleba = path.EndsWith(CelebaName, StringComparison.Ordinal);
        var lines = TextLines.Of(path);
        var named = isCeleba ? 1 : 0;
        string[] header = lines.Length > named ? [.. isCeleba ? ["file"] : Array.Empty<string>(), .. Cells(lines[named])] : [];
        var pictures = isCeleba ? s_celebaFolders.Select(f => Path.Combine(folder, f)).First(Directory.Exists) : folder;
        var present = isCeleba ? Directory.EnumerateFiles(pictures).ToHashSet(StringComparer.Ordinal) : null;
        if (header.Length < 2 || header.Any(string.IsNullOrEmpty)
            || header.Distinct(StringComparer.OrdinalIgnoreCase).Count() < header.Length)
        {
            throw new DataException(isCeleba
                ? $"{path}: its second line must name at least one attribute, each once"
                : $"{path}: its first line must name the file column and at least one attribute, each once");
        }

        var rows = new List<AttributeRow>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = named + 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            var cells = Cells(lines[i]);
            if (cells.Length != header.Length)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{path}: line {i + 1} has {cells.Length} cells instead of {header.Length}"));
            }

            var file = Path.Combine(pictures, cells[0]);
            if (cells[0].Length == 0 || !seen.Add(file))
            {
                throw new DataException($"{path}: line {i + 1} names {(cells[0].Length == 0 ? "no file" : $"{cells[0]} again")}");
            }

            if (present?.Contains(file) == false)
            {
                continue;
            }

            rows.Add(new AttributeRow(file, [.. cells.Skip(1).Select((cell, c) => Value(cell, header[c + 1], path, i + 1))]));
        }

        return rows.Count > 0
            ? new AttributeTable([.. header.Skip(1)], [.. rows.OrderBy(r => r.File, StringComparer.Ordinal)])
            : throw new DataException($"{path}: names no pictures");

        string[] Cells(string line) => isCeleba
            ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : line.Split(',', StringSplitOptions.TrimEntries);
    }

    private static float Value(string cell, string name, string path, int line) => cell switch
    {
        "1" => 1,
        "0" or "-1" => 0,
        _ => throw new DataException($"{path}: line {line} has '{cell}' for {name}; it can be 1 or 0"),
    };
}

/// <summary>A picture with its attributes.</summary>
/// <param name="File">path of the picture</param>
/// <param name="Values">1 or 0 for each attribute</param>
public sealed record AttributeRow(string File, IReadOnlyList<float> Values);
