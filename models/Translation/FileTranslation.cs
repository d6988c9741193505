using IlgpuGan.Imaging;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Translation;

/// <summary>The result of translating a file.</summary>
/// <param name="Input">the picture</param>
/// <param name="Output">the translation's file</param>
/// <param name="Failure">a message if it failed; otherwise null</param>
internal sealed record TranslatedFile(string Input, string Output, string? Failure)
{
    /// <summary>All written files: <see cref="Output"/>, or with several samples <c>OUTPUT-1.png</c>, ….</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [Output];

    /// <summary><c>left</c> or <c>right</c> if only this half of a side-by-side pair was translated; null for the whole picture.</summary>
    public string? Half { get; init; }

    /// <summary>Remarks on the input, on what of it is not in the output, and on colours (<see cref="PictureRemarks"/>).</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>
/// Translates a file, or a folder with its sub-folders. A file that fails does not stop the others. Outputs get the EXIF (with the
/// orientation of the upright picture), colour profile and resolution of their input.
/// </summary>
internal static class FileTranslation
{
    public const int DefaultJobs = 2;

    /// <summary>
    /// Pairs of input and output paths. Outputs are PNG (<c>.npy</c> for <c>.npy</c>) unless a single output names another format. Outputs
    /// are distinct, and none is an input; files of an output folder within the input folder are not inputs, of which
    /// <see cref="PictureRemarks"/> hears. In the folder of a single input only an output that is named takes the place of another file.
    /// </summary>
    /// <param name="input">a picture, or a folder of pictures</param>
    /// <param name="output">a file or a folder</param>
    /// <param name="samples">number of samples per picture; null for one sample under the output's own name</param>
    /// <param name="complain">receives a message for each subfolder that can't be read; null if the first such ends the planning</param>
    /// <exception cref="PictureException">
    /// the input does not exist, holds no pictures, or would be overwritten, or a file beside it would
    /// </exception>
    public static IReadOnlyList<(string Input, string Output)> Plan(
        string input, string output, int? samples = null, Action<string>? complain = null)
    {
        var isFile = Path.Exists(input) && (!Directory.Exists(input) || PictureFile.IsLayers(input));
        var isNamed = !Directory.Exists(output) && Path.GetExtension(output).Length > 0;
        IReadOnlyList<(string Input, string Output)> plan =
            isFile ? [(input, isNamed ? output : Path.Combine(output, OutputName(Path.GetFileName(input))))]
            : Directory.Exists(input) ? OfFolder(input, output, complain ?? (problem => throw new PictureException(problem)))
            : throw new PictureException(FolderWalk.NotUtf8(input) ?? $"{input}: there is no such file or folder");
        string[] outputs = [.. plan.SelectMany(p => Outputs(p.Output, samples))];
        new Originals(plan.Select(p => p.Input)).RefuseOver(outputs);

        // Of a folder, every picture in it is an input; not so what lies beside that to which a link leads.
        foreach (var (picture, made) in plan.Where(p => isFile ? !isNamed : new FileInfo(p.Input).LinkTarget is not null))
        {
            Originals.RefuseBeside(picture, Outputs(made, samples));
        }

        return plan;
    }

    /// <summary>
    /// The output files of a picture: the output itself, or <c>NAME-1.png</c>, <c>NAME-2.png</c>, … if a number of samples is given.
    /// </summary>
    public static IReadOnlyList<string> Outputs(string output, int? samples) => samples is not { } count ? [output]
        : [.. Enumerable.Range(1, count).Select(n => $"{Path.ChangeExtension(output, null)}-{n}{Path.GetExtension(output)}")];

    /// <summary>Maps each input to its instance map.</summary>
    /// <param name="plan">see <see cref="Plan"/></param>
    /// <param name="instances">
    /// a file for one input, or a folder with a file of each input's name; if no name agrees, the i-th file belongs to the i-th input
    /// </param>
    /// <exception cref="PictureException">there are no instance maps, or not one for each input</exception>
    public static IReadOnlyDictionary<string, string> InstancesOf(
        IReadOnlyList<(string Input, string Output)> plan, string instances)
    {
        string[] inputs = [.. plan.Select(p => p.Input)];
        if (!Directory.Exists(instances))
        {
            return !File.Exists(instances) ? throw new PictureException($"{instances}: there is no such file or folder")
                : inputs.Length == 1 ? new Dictionary<string, string>(StringComparer.Ordinal) { [inputs[0]] = instances }
                : throw new PictureException(
                    $"{instances}: 1 instance map for {Counted.Of(inputs.Length, "label map")}; name a folder of them");
        }

        var partners = Partners.Of(CommonFolder(inputs), inputs, PictureList.OfNames(instances).Complete(), mayHaveMore: true);
        return inputs.Zip(partners).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>The innermost folder that holds all files.</summary>
    private static string CommonFolder(string[] files)
    {
        var folder = Path.GetDirectoryName(files[0])!;
        while (folder.Length > 0
            && !Array.TrueForAll(files, file => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            folder = Path.GetDirectoryName(folder) ?? "";
        }

        return folder.Length > 0 ? folder : ".";
    }

    /// <summary>Translates file after file, while the next files are decoded and the previous ones encoded.</summary>
    /// <param name="open">opens the translator; called while the first files are decoded</param>
    /// <param name="plan">see <see cref="Plan"/></param>
    /// <param name="progress">called after each file, in order, on the calling thread</param>
    /// <param name="jobs">number of files decoded ahead, and of files encoded at a time; affects only time and memory</param>
    /// <param name="maxPixels">most pixels that a file may have</param>
    /// <param name="cancellation">stops after the current file</param>
    public static IReadOnlyList<TranslatedFile> Run(
        Func<Translator> open, IReadOnlyList<(string Input, string Output)> plan, Action<TranslatedFile>? progress = null,
            int jobs = DefaultJobs, long maxPixels = DecodeOptions.DefaultMaxPixels, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(jobs, 1);
        var results = new List<TranslatedFile>();
        var underway = new Queue<Task<TranslatedFile>>();
        var options = DecodeOptions.Default with { MaxPixels = maxPixels };
        using var pictures = new Prefetcher<LoadedFile>(i => TryLoad(plan[(int)i].Input, options), 0, plan.Count, ahead: jobs);
        var translator = open();
        try
        {
            foreach (var (input, output) in plan)
            {
                if (cancellation.IsCancellationRequested || !pictures.TryTake(out var loaded))
                {
                    break;
                }

                loaded = AsReadBy(translator, loaded, input);
                var (half, translated, failure) = (default(string), default(IReadOnlyList<Picture>), loaded.Failure);
                if (loaded.Picture is { } picture)
                {
                    half = translator.HalfOf(picture);
                    loaded.Remarks.AddRange(translator.RemarksOn(picture));
                    (translated, failure) = TryTranslate(translator, picture, loaded.Bytes, input, loaded.Remarks);
                }

                var written = underway.Count == jobs ? underway.Dequeue() : null;
                written?.AwaitEnd();
                var outputs = Outputs(output, translator.Samples);
                underway.Enqueue(Task.Run(
                    () =>
                    {
                        using var heard = PictureRemarks.Listen((_, remark) => loaded.Remarks.Add(remark));
                        return new TranslatedFile(input, outputs[0], failure ?? TrySave(translated!, outputs, loaded.Metadata))
                        {
                            Outputs = outputs, Half = half, Remarks = [.. loaded.Remarks.Distinct()],
                        };
                    },
                    CancellationToken.None));
                if (written is not null)
                {
                    Finish(written);
                }
            }

            while (underway.TryDequeue(out var task))
            {
                Finish(task);
            }

            return results;
        }
        finally
        {
            // Write finished translations even after a failure or cancellation.
            foreach (var task in underway)
            {
                task.AwaitEnd();
            }
        }

        void Finish(Task<TranslatedFile> task)
        {
            results.Add(task.GetAwaiter().GetResult());
            progress?.Invoke(results[^1]);
        }
    }

    private static List<(string, string)> OfFolder(string input, string output, Action<string> complain)
    {
        var list = PictureList.OfInput(input);
        foreach (var problem in list.Problems)
        {
            complain(problem);
        }

        var own = FileIdentity.Of(output);
        var owned = new Dictionary<string, bool>(StringComparer.Ordinal);
        var files = list.Pictures.Where(f => own is null || !IsOwned(Path.GetDirectoryName(f))).ToList();
        PictureException.ThrowIf(files.Count == 0, $"{input}: holds no pictures but those of the output folder");
        if (list.Pictures.Count - files.Count is > 0 and var others)
        {
            // They may be photographs, and no results of an earlier call.
            PictureRemarks.Add(
                output, $"this is the output folder, so its {Counted.Of(others, "picture")} {(others > 1 ? "are" : "is")} not translated");
        }

        // Inputs that differ only in their extension, or in case, would share an output: it belongs to the input of this very name, or else
        // to the first; the others keep their extension before the new one, where that is the name of no other.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] ordered = [.. files.Select(f => Path.GetRelativePath(input, f)).OrderBy(r => OutputName(r) != r)];
        foreach (var relative in ordered.Where(r => taken.Add(OutputName(r))))
        {
            names.Add(relative, OutputName(relative));
        }

        string[] displaced = [.. ordered.Where(r => !names.ContainsKey(r))];
        foreach (var relative in displaced)
        {
            var ending = PictureFile.IsArray(relative) ? Path.GetExtension(relative) : ".png";
            var longer = relative + ending;
            while (!taken.Add(OutputName(longer)))
            {
                longer += ending;
            }

            names.Add(relative, OutputName(longer));
        }

        if (displaced is [var moved, ..])
        {
            PictureRemarks.Add(
                Path.Combine(input, moved), $"its translation is {names[moved]}, since another picture's has the shorter name" +
                    (displaced.Length > 1 ? $"; {Counted.Of(displaced.Length - 1, "other")} likewise" : ""));
        }

        return files.ConvertAll(f => (f, Path.Combine(output, names[Path.GetRelativePath(input, f)])));

        // Whether a folder below the input is the output or lies within it.
        bool IsOwned(string? folder) => folder is not null && folder.Length > input.Length && (owned.TryGetValue(folder, out var known)
            ? known
            : owned[folder] = FileIdentity.Of(folder) == own || IsOwned(Path.GetDirectoryName(folder)));
    }

    private static string OutputName(string relative) => PictureFile.IsArray(relative) ? relative : Path.ChangeExtension(relative, ".png");

    /// <summary>Reads a file once, and decodes it.</summary>
    private static LoadedFile TryLoad(string path, DecodeOptions options)
    {
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        try
        {
            var bytes = PictureFile.ReadBytes(path);
            return new LoadedFile(PictureFile.Load(path, bytes, options), remarks, null)
            {
                Bytes = bytes, Metadata = PictureFile.MetadataOf(path, bytes),
            };
        }
        catch (PictureException e)
        {
            var isLimit = e.Message.Contains($"the limit of {options.MaxPixels}", StringComparison.Ordinal);
            return new LoadedFile(null, remarks, isLimit ? $"{e.Message}; --max-pixels raises it" : e.Message);
        }
    }

    /// <summary>What the generator reads of a file, all of which was decoded before the generator was known.</summary>
    private static LoadedFile AsReadBy(Translator translator, LoadedFile loaded, string input)
    {
        if (loaded is not { Bytes: { } bytes, Picture: { Layers.Count: > 1 } all }
            || (translator.Labels is null && all.Channels == translator.InputChannels))
        {
            return loaded;
        }

        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        try
        {
            return loaded with { Picture = translator.Decode(bytes, input), Remarks = remarks };
        }
        catch (PictureException e)
        {
            return new LoadedFile(null, remarks, e.Message);
        }
        catch (OutOfMemoryException)
        {
            return new LoadedFile(null, remarks, $"{input}: memory ran out while it was read");
        }
    }

    private static (IReadOnlyList<Picture>? Pictures, string? Failure) TryTranslate(
        Translator translator, Picture picture, byte[]? bytes, string input, List<string> remarks)
    {
        try
        {
            // The file has been read once, and its remarks are known; those on what a graph makes of it are not.
            using var heard = translator.IsGraph ? PictureRemarks.Listen((_, remark) => remarks.Add(remark)) : PictureRemarks.Silence();
            var read = translator.ReadsNumbers && bytes is not null ? translator.Decode(bytes, input) : picture;
            return (translator.TranslateAll(read, input), null);
        }
        catch (PictureException e)
        {
            // Of a full scratch folder the message names the folder alone.
            return (null, e.Message.StartsWith(input, StringComparison.Ordinal) ? e.Message : $"{input}: {e.Message}");
        }
        catch (ShapeException e)
        {
            return (null, $"{input}: its {picture.Width}x{picture.Height} pixels can't be translated: {e.Message}");
        }

        // OverflowException: more elements than an array can hold.
        catch (Exception e) when (e is OutOfMemoryException or OverflowException or DeviceException { IsOutOfMemory: true })
        {
            return (
                null,
                $"{input}: memory ran out over its {picture.Width}x{picture.Height} pixels; translate it in tiles (--tile), or in " +
                    "smaller ones");
        }
    }

    private static string? TrySave(IReadOnlyList<Picture> pictures, IReadOnlyList<string> outputs, ImageMetadata? metadata) =>
        pictures.Zip(outputs, (picture, output) => TrySave(picture, output, metadata)).FirstOrDefault(failure => failure is not null);

    private static string? TrySave(Picture picture, string output, ImageMetadata? metadata)
    {
        try
        {
            OutputPath.MakeFolderOf(output);
            PictureFile.Save(picture, output, metadata);
            return null;
        }
        catch (Exception e) when (e is PictureException or IOException)
        {
            return e.Message;
        }
        catch (OutOfMemoryException)
        {
            return $"{output}: memory ran out while it was written";
        }
    }

    /// <param name="Picture">null if it can't be read</param>
    private sealed record LoadedFile(Picture? Picture, List<string> Remarks, string? Failure)
    {
        /// <summary>The file's, if it is a single one.</summary>
        public byte[]? Bytes { get; init; }

        public ImageMetadata? Metadata { get; init; }
    }
}
