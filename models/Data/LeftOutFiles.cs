using System.Text.Json.Serialization;

namespace IlgpuGan.Models.Data;

/// <summary>A file that could not be read for a training.</summary>
/// <param name="File">as <see cref="LeftOutFile.File"/></param>
/// <param name="Reason">why: a sentence that names the file</param>
/// <param name="IsPassing">see <see cref="PictureException.IsPassing"/></param>
internal sealed record DamagedFile(string File, string Reason, bool IsPassing);

/// <summary>A file that a training leaves out, because it could not be read.</summary>
/// <param name="File">its path within the data set, with slashes</param>
/// <param name="Step">steps taken when it was left out</param>
/// <param name="Reason">why: a sentence that names the file</param>
/// <param name="Until">steps taken when it is read again, if it is no damage; null for a file that stays out</param>
internal sealed record LeftOutFile(
    string File, long Step, string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Until = null)
{
    /// <summary>Whether it is left out after so many steps.</summary>
    public bool IsOutAt(long step) => Until is not { } end || step < end;

    /// <summary>The steps without it, for messages.</summary>
    public string StepsWithout() => $"from step {Step + 1} " + (Until is { } end ? $"to step {end}" : "on");
}

/// <summary>
/// The files that a training leaves out. They count as damaged for good, even if they are mended later, so that a resumed run goes on as
/// if it had not been interrupted; those that only lacked memory are left out for the rest of the epoch, and tried again in the next. What
/// reads pictures for a training does so within <see cref="Begin"/>; there <see cref="Refuse"/>, which every reader of pictures calls,
/// refuses these files whatever source, pair or draw they belong to. A source itself knows nothing of them: several trainings may read it,
/// and who reads it besides gets every file.
/// </summary>
/// <param name="root">the data set's folder; files elsewhere are known by their whole path</param>
/// <param name="takesMore">whether further damaged files are left out; otherwise they end the training</param>
internal sealed class LeftOutFiles(string root, bool takesMore)
{
    [ThreadStatic]
    private static Reading? s_current;

    /// <summary>What this thread trains.</summary>
    [ThreadStatic]
    private static Training? s_training;

    private readonly string _root = root.Length > 0 ? Path.GetFullPath(root) : "";
    private readonly List<DamagedFile> _news = [];

    /// <summary>Replaced as a whole: threads that prepare batches read it.</summary>
    private volatile Dictionary<string, LeftOutFile> _files = new(StringComparer.Ordinal);

    /// <summary>Files that are not there and yet belong to the set, which is opened as it was when the training began.</summary>
    private IReadOnlyList<string> _expected = [];

    /// <summary>Whether further damaged files are left out.</summary>
    public bool TakesMore => takesMore;

    /// <summary>All of them, in the order in which they were left out; null if there are none.</summary>
    public IReadOnlyList<LeftOutFile>? All =>
        _files.Count == 0 ? null : [.. _files.Values.OrderBy(f => f.Step).ThenBy(f => f.File, StringComparer.Ordinal)];

    /// <summary>Damaged files found since the last call of <see cref="TakeNews"/>, for the thread that trains.</summary>
    public bool HasNews => _news.Count > 0;

    /// <summary>Takes over what a checkpoint remembers.</summary>
    /// <param name="files">of <see cref="All"/></param>
    /// <param name="expected">further files that may have gone</param>
    public void Restore(IReadOnlyList<LeftOutFile>? files, IReadOnlyList<string>? expected = null)
    {
        _files = (files ?? []).ToDictionary(f => f.File, StringComparer.Ordinal);
        _expected = expected ?? [];
    }

    /// <summary>Notes files found damaged; they are read no more once <see cref="Add"/> has been told.</summary>
    public void Report(IReadOnlyList<DamagedFile> damaged) => _news.AddRange(damaged);

    /// <summary>The noted files; none afterwards.</summary>
    public IReadOnlyList<DamagedFile> TakeNews()
    {
        DamagedFile[] news = [.. _news];
        _news.Clear();
        return news;
    }

    /// <summary>Leaves files out from now on.</summary>
    /// <param name="damaged">the files</param>
    /// <param name="step">steps taken</param>
    /// <param name="perEpoch">steps of an epoch</param>
    /// <returns>those that were not left out before</returns>
    public IReadOnlyList<LeftOutFile> Add(IEnumerable<DamagedFile> damaged, long step, int perEpoch)
    {
        var end = step - (step % perEpoch) + perEpoch;
        var added = damaged.DistinctBy(d => d.File).Where(d => !IsOut(d.File, step))
            .Select(d => new LeftOutFile(d.File, step, d.Reason, d.IsPassing ? end : null))
            .OrderBy(f => f.File, StringComparer.Ordinal).ToList();
        _files = _files.Values.ExceptBy(added.Select(f => f.File), f => f.File, StringComparer.Ordinal).Concat(added)
            .ToDictionary(f => f.File, StringComparer.Ordinal);
        return added;
    }

    /// <summary>Whether a file is left out after so many steps.</summary>
    private bool IsOut(string file, long step) => _files.TryGetValue(file, out var known) && known.IsOutAt(step);

    /// <summary>A file's name in the list.</summary>
    public string NameOf(string path) =>
        _root.Length > 0 && Path.GetRelativePath(_root, path) is var within && !within.StartsWith("..", StringComparison.Ordinal)
            ? within.Replace(Path.DirectorySeparatorChar, '/') : Path.GetFullPath(path);

    /// <summary>Until the result is disposed, batches that this thread makes of the training's two sets do without the files.</summary>
    public Training Train(SampleSource train, SampleSource heldOut) => s_training = new Training(this, train, heldOut);

    /// <summary>What batches of a set do without; null outside the training, where they have every file.</summary>
    public static LeftOutFiles? Of(SampleSource source) => s_training?.Of(source);

    /// <summary>Begins to read for the training, on this thread.</summary>
    /// <param name="step">steps taken before the epoch that is read; by default no file is left out for an epoch alone</param>
    public Reading Begin(long step = long.MaxValue) => s_current = new Reading(this, step);

    /// <summary>Refuses a file that the training of this thread leaves out; called before a picture is read.</summary>
    /// <exception cref="PictureException">it is left out</exception>
    public static void Refuse(string path)
    {
        if (s_current is not { } reading)
        {
            return;
        }

        reading.File = reading.Of.NameOf(path);
        if (reading.Of._files.TryGetValue(reading.File, out var known) && known.IsOutAt(reading.Step))
        {
            throw new PictureException($"{path}: is left out of this training since step {known.Step}");
        }
    }

    /// <summary>Pictures of the training's data set that have gone from a folder; called where folders are listed.</summary>
    public static IEnumerable<string> GoneFrom(string folder)
    {
        if (s_current?.Of is not { } files)
        {
            return [];
        }

        var within = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        return files._files.Keys.Concat(files._expected).Distinct(StringComparer.Ordinal)
            .Select(name => Path.GetFullPath(Path.Combine(files._root, name)))
            .Where(path => path.StartsWith(within, StringComparison.Ordinal) && !Path.Exists(path))
            .Select(path => Path.Combine(folder, path[within.Length..]));
    }

    /// <summary>A training's work on a thread.</summary>
    public sealed class Training(LeftOutFiles of, SampleSource train, SampleSource heldOut) : IDisposable
    {
        private readonly Training? _outer = s_training;

        public LeftOutFiles? Of(SampleSource source) => source == train || source == heldOut ? of : null;

        public void Dispose() => s_training = _outer;
    }

    /// <summary>The reading of a sample.</summary>
    public sealed class Reading(LeftOutFiles of, long step) : IDisposable
    {
        private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

        public LeftOutFiles Of => of;

        /// <summary>Steps taken before the epoch that is read.</summary>
        public long Step => step;

        /// <summary>The file that was opened last; null if none was.</summary>
        public string? File { get; set; }

        /// <summary>Damaged files that were not known before.</summary>
        public List<DamagedFile> Found { get; } = [];

        /// <summary>Whether the sample can be drawn again without the file that was opened last.</summary>
        public bool IsLeftOut => File is not null && (of.TakesMore || of.IsOut(File, step));

        /// <summary>Notes that the file opened last is damaged.</summary>
        /// <returns>false if it was noted in this reading before</returns>
        public bool Add(PictureException problem)
        {
            if (!_failed.Add(File!))
            {
                return false;
            }

            if (!of.IsOut(File!, step))
            {
                Found.Add(new DamagedFile(File!, problem.Message, problem.IsPassing));
            }

            return true;
        }

        public void Dispose() => s_current = null;
    }
}
