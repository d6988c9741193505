using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Translation;

/// <summary>What became of a file.</summary>
/// <param name="Input">the picture</param>
/// <param name="Output">where its translation is</param>
/// <param name="Failure">one sentence if there is none; else null</param>
public sealed record TranslatedFile(string Input, string Output, string? Failure);

/// <summary>Translates files: one to one, or a folder with all its sub-folders to another. A file that fails does not stop the others.</summary>
public static class FileTranslation
{
    /// <summary>Input and output paths. Outputs are PNG (<c>.npy</c> for <c>.npy</c>) unless a single output names another format.</summary>
    /// <exception cref="DataException">there is no input, or it holds no pictures</exception>
    public static IReadOnlyList<(string Input, string Output)> Plan(string input, string output)
    {
        if (!Directory.Exists(input))
        {
            return File.Exists(input)
                ? [(input, Directory.Exists(output) || Path.GetExtension(output).Length == 0 ? Path.Combine(output, OutputName(Path.GetFileName(input))) : output)]
                : throw new DataException($"{input}: there is no such file or folder");
        }

        // Files that differ only in their extension would meet at one output: the later ones keep theirs in front of the new one.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var plan = new List<(string, string)>();
        foreach (var file in PictureFolder.List(input))
        {
            var relative = Path.GetRelativePath(input, file);
            var name = OutputName(relative);
            if (!taken.Add(name))
            {
                name = OutputName(relative + ".png");
                taken.Add(name);
            }

            plan.Add((file, Path.Combine(output, name)));
        }

        return plan;
    }

    /// <summary>Translates file after file; the next one is decoded while one is translated.</summary>
    /// <param name="progress">told after each file, on the calling thread</param>
    public static IReadOnlyList<TranslatedFile> Run(
        Translator translator, IReadOnlyList<(string Input, string Output)> plan, Action<TranslatedFile>? progress = null, CancellationToken cancellation = default)
    {
        var results = new List<TranslatedFile>();
        using var pictures = new Prefetcher<(Picture? Picture, string? Failure)>(i => TryLoad(plan[(int)i].Input), 0, plan.Count, ahead: 2);
        foreach (var (input, output) in plan)
        {
            if (cancellation.IsCancellationRequested || !pictures.TryTake(out var loaded))
            {
                break;
            }

            var result = new TranslatedFile(input, output, loaded.Failure ?? TryTranslate(translator, loaded.Picture!, input, output));
            results.Add(result);
            progress?.Invoke(result);
        }

        return results;
    }

    private static string OutputName(string relative) => PictureFile.IsArray(relative) ? relative : Path.ChangeExtension(relative, ".png");

    private static (Picture? Picture, string? Failure) TryLoad(string path)
    {
        try
        {
            return (PictureFile.Load(path), null);
        }
        catch (DataException e)
        {
            return (null, e.Message);
        }
    }

    private static string? TryTranslate(Translator translator, Picture picture, string input, string output)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            PictureFile.Save(translator.Translate(picture, input), output);
            return null;
        }
        catch (DataException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{output}: {e.Message}";
        }
    }
}
