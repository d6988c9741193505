using System.Diagnostics;
using System.Numerics;
using System.Text.RegularExpressions;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.ToolsTests.Fuzzing;

/// <summary>
/// Gives a reader damaged files, and keeps those that take a branch, or end in a sentence, that none has before: further damage begins with
/// them. What must not be is collected, a kind once, and its file is kept.
/// </summary>
/// <param name="format">of <see cref="FuzzedReaders"/></param>
/// <param name="read">returns null, or the sentence of a refusal</param>
internal sealed partial class FuzzLoop(string format, Func<string, string?> read)
{
    private const int MostFinds = 20;
    private const string Memory = "/dev/shm";
    private const long MostBytes = 256 << 20;

    /// <summary>Then it is not waited for.</summary>
    private static readonly TimeSpan s_endless = TimeSpan.FromSeconds(20);

    /// <summary>In memory where a folder is: a disk would take most of the time.</summary>
    private readonly string _path = Path.Combine(Directory.Exists(Memory) ? Memory : TestFiles.Folder(), NameOf(format));
    private readonly byte[] _seen = new byte[Instrumented.Taken.Length];
    private readonly List<byte[]> _taken = [];
    private readonly List<byte[]> _refused = [];
    private readonly Dictionary<string, string> _finds = new(StringComparer.Ordinal);
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>That a file may be read.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sentences that differ in more than numbers and quotations.</summary>
    public HashSet<string> Outcomes { get; } = new(StringComparer.Ordinal);

    /// <summary>Inputs that the reader took.</summary>
    public int Accepted { get; private set; }

    /// <summary>Branches that were taken, each counted for the ways (once, twice, up to four times …) it was.</summary>
    public int Edges => _seen.Sum(ways => BitOperations.PopCount(ways));

    /// <summary>Files that damage begins with.</summary>
    public int Kept => _taken.Count + _refused.Count;

    public IReadOnlyCollection<string> Finds => _finds.Values;

    /// <summary>The name of each input's file.</summary>
    public static string NameOf(string format) => $"ilgpugan-{Environment.ProcessId}.{format}";

    /// <summary>The same inputs for the same seed, as long as the reader runs on one thread.</summary>
    public void Run(IEnumerable<byte[]> seeds, int inputs, int seed)
    {
        var work = Task.Factory.StartNew(
            () => Damaged(seeds, inputs, new Random(seed)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!work.Wait(TimeSpan.FromMilliseconds(100)))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _began)) > s_endless)
            {
                Note("endless", $"it is read for more than {s_endless.TotalSeconds} s", File.ReadAllBytes(_path));
                return;
            }
        }
    }

    /// <summary>Reads one file, and notes what must not be.</summary>
    public void Try(byte[] file, bool isSeed = false)
    {
        // A process that dies of it leaves the file. It is a new one: some file systems bring one that is written over to the disk at once.
        File.Delete(_path);
        File.WriteAllBytes(_path, file);
        Instrumented.Taken.Clear();
        var (problem, outcome) = Outcome(out var time);
        if (problem is null && time > Longest)
        {
            File.WriteAllBytes(_path, file);
            (problem, outcome) = Outcome(out time); // The machine may have been busy.
            problem ??= time > Longest ? $"it takes {time.TotalSeconds:F1} s" : null;
        }

        var isTaken = problem is null && outcome.Length == 0;
        Accepted += isTaken ? 1 : 0;
        if (problem is not null)
        {
            Note(outcome, problem, file);
        }

        if ((Outcomes.Add(outcome) | IsNew()) || isSeed)
        {
            (isTaken ? _taken : _refused).Add(file);
        }
    }

    private void Damaged(IEnumerable<byte[]> seeds, int inputs, Random random)
    {
        foreach (var file in seeds)
        {
            Try(file, isSeed: true);
        }

        var damage = new Damage(random);
        for (var n = 0; n < inputs && _finds.Count < MostFinds; n++)
        {
            Try(damage.Mended(damage.Of(Picked(), Picked()), format));
        }

        File.Delete(_path);

        // One that is taken three times of four; and those kept last are the least explored.
        byte[] Picked()
        {
            var files = _refused.Count == 0 || (_taken.Count > 0 && random.Next(4) > 0) ? _taken : _refused;
            return files[Math.Max(random.Next(files.Count), random.Next(files.Count))];
        }
    }

    /// <returns>what must not be, and the kind of what happened: nothing where the file was taken</returns>
    private (string? Problem, string Kind) Outcome(out TimeSpan time)
    {
        var bytes = GC.GetTotalAllocatedBytes();
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref _began, began);
        string? sentence;
        try
        {
            sentence = read(_path);
        }
        catch (Exception e)
        {
            time = Stopwatch.GetElapsedTime(began);
            var place = e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("IlgpuGan", StringComparison.Ordinal));
            return (e.ToString(), $"{e.GetType().Name}{place}");
        }

        time = Stopwatch.GetElapsedTime(began);
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        var kind = sentence is null ? "" : Particulars().Replace(sentence.Replace(_path, "", StringComparison.Ordinal), "#");
        return (bytes > MostBytes ? $"it takes {bytes} bytes" : sentence is null ? null : ProblemOf(sentence), kind);
    }

    /// <summary>What is wrong with a sentence for people, which names the file that it is about.</summary>
    private string? ProblemOf(string sentence) =>
        format != FuzzedReaders.Request && !sentence.StartsWith(_path + ": ", StringComparison.Ordinal) ? $"it names no file: {sentence}"
        : !Sentence().IsMatch(sentence.Replace(_path, "", StringComparison.Ordinal)) ? $"it is no sentence: {sentence}"
        : Internals().IsMatch(sentence) ? $"it is written for programmers: {sentence}"
        : null;

    private void Note(string kind, string problem, byte[] file)
    {
        var kept = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"found-{Crc32.Compute(file):x8}.{format}");
        var again = $"ILGPUGAN_FUZZ_FILE={kept} dotnet test kernels-tests/Tools -c Release --filter Name~AFile";
        if (_finds.TryAdd(kind, $"{problem}\nAgain: {again}"))
        {
            File.WriteAllBytes(kept, file);
        }
    }

    /// <summary>Whether a branch was taken, or was taken as often, as by no file before.</summary>
    private bool IsNew()
    {
        var isNew = false;
        var taken = Instrumented.Taken;
        for (var i = taken.IndexOfAnyExcept((byte)0); i >= 0 && i < taken.Length; i++)
        {
            if (taken[i] > 0 && (byte)(1 << BitOperations.Log2(taken[i])) is var way && (_seen[i] & way) == 0)
            {
                (_seen[i], isNew) = ((byte)(_seen[i] | way), true);
            }
        }

        return isNew;
    }

    /// <summary>Numbers and quotations, by which sentences of one kind differ.</summary>
    [GeneratedRegex(@"'[^']*'|""[^""]*""|-?\d[\d.,xE+-]*")]
    private static partial Regex Particulars();

    [GeneratedRegex(@"^[^\p{C}\p{Zl}\p{Zp}]{3,400}$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"Exception|System\.[A-Z]|IlgpuGan\.|\(Parameter |[Oo]bject reference|[Ii]ndex was")]
    private static partial Regex Internals();
}
