namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// An interpreter with PyTorch or ONNX Runtime: one of this system, or of another system's folder, which <c>chroot</c> makes the root of
/// what runs in it. Programs and files are copied into such a folder before they are needed.
/// </summary>
internal sealed class PythonHome : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Outlives a run: compiled networks are found again.</summary>
    private const string CompilerCache = "/tmp/ilgpugan-compiled";

    private readonly string? _root;
    private readonly string _python;
    private readonly string _lent;
    private readonly HashSet<string> _copied = [];

    private PythonHome(string? root, string python)
    {
        (_root, _python) = (root, python);
        _lent = root is null ? AppContext.BaseDirectory : $"/tmp/ilgpugan-peers-{Guid.NewGuid():N}";
        if (root is not null)
        {
            Directory.CreateDirectory(Outside(_lent));
        }
    }

    /// <summary>glibc's malloc keeps what is freed instead of giving it back to the system each step.</summary>
    public static IReadOnlyDictionary<string, string> AllocatorSettings { get; } = new Dictionary<string, string>
    {
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483648",
    };

    /// <summary>Settings of somebody's shell that bind OpenBLAS to an older processor's kernels or to other caches.</summary>
    public static IReadOnlyList<string> Cleared { get; } =
        ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "ATEN_CPU_CAPABILITY"];

    /// <summary>For people: the environment that programs get.</summary>
    public static string Environment =>
        $"{string.Join(' ', AllocatorSettings.Select(s => $"{s.Key}={s.Value}"))}; {string.Join(", ", Cleared)} unset";

    /// <summary>An interpreter of this system.</summary>
    public static PythonHome Of(string python) => new(null, python);

    /// <summary>The interpreter of another system's folder.</summary>
    /// <exception cref="PeerException">there is none, or it can't be used so; the message says what would help</exception>
    public static PythonHome In(string root)
    {
        if (!File.Exists(root + Interpreter))
        {
            throw new PeerException($"{root} has no {Interpreter[1..]} (benchmarks/Peers/README.md says how such a folder is made)");
        }

        // OpenMP and the memory measured ask the system's files there.
        return File.Exists(Path.Combine(root, "proc", "self", "status"))
            ? new PythonHome(Path.GetFullPath(root), Interpreter)
            : throw new PeerException($"{root} has no /proc: mount -t proc proc {Path.Combine(root, "proc")}");
    }

    /// <summary>Runs one of the programs beside this file.</summary>
    /// <param name="threads">threads of OpenMP</param>
    /// <param name="script">file name</param>
    /// <param name="arguments">its arguments; files among them as <see cref="Lend"/> names them</param>
    public (string Line, double Seconds) Run(int threads, string script, params IEnumerable<string> arguments) =>
        Start(threads, [Program(script), .. arguments]);

    /// <summary>Runs a line of Python with the programs beside this file to import from.</summary>
    public string Ask(string line) => Start(1, ["-c", $"import sys; sys.path.insert(0, {Quoted(Folder())}); {line}"]).Line;

    /// <summary>The name of a file for programs that run here.</summary>
    public string Lend(string path)
    {
        if (_root is null)
        {
            return path;
        }

        var place = $"{_lent}/{Path.GetFileName(path)}";
        if (_copied.Add(path))
        {
            File.Copy(path, Outside(place), overwrite: true);
        }

        return place;
    }

    /// <summary>The name, for programs that run here, of a file that they are to make, and its name for us.</summary>
    public (string Theirs, string Ours) Place(string path)
    {
        var theirs = _root is null ? path : $"{_lent}/{Path.GetFileName(path)}";
        return (theirs, Outside(theirs));
    }

    public void Dispose()
    {
        if (_root is not null)
        {
            Directory.Delete(Outside(_lent), recursive: true);
        }
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private string Outside(string path) => _root is null ? path : _root + path;

    /// <summary>Where the programs are; they import each other.</summary>
    private string Folder()
    {
        var ours = Path.Combine(AppContext.BaseDirectory, "Peers");
        if (_root is null)
        {
            return ours;
        }

        foreach (var program in Directory.EnumerateFiles(ours, "*.py"))
        {
            Lend(program);
        }

        return _lent;
    }

    private string Program(string script) => $"{Folder()}/{script}";

    private (string Line, double Seconds) Start(int threads, IEnumerable<string> arguments)
    {
        var environment = AllocatorSettings.ToDictionary(s => s.Key, s => (string?)s.Value);
        foreach (var name in Cleared)
        {
            environment[name] = null;
        }

        environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        environment["TORCHINDUCTOR_CACHE_DIR"] = CompilerCache;
        environment["TORCHINDUCTOR_FX_GRAPH_CACHE"] = "1";
        return _root is null
            ? ChildProcess.Run(_python, arguments, environment)
            : ChildProcess.Run("chroot", [_root, _python, .. arguments], environment);
    }
}
