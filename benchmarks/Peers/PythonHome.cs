namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// A Python interpreter with PyTorch or ONNX Runtime: of this system, or of another system in a folder, where it runs with <c>chroot</c>.
/// Scripts and files are copied into that folder before they are used.
/// </summary>
internal sealed class PythonHome : IDisposable
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Where the folder has the program of <c>../ManagedPeers</c>, published for it.</summary>
    private const string Managed = "/opt/managed-peers/managed-peers";

    /// <summary>Kept between runs, so that compiled networks are reused.</summary>
    private const string CompilerCache = "/tmp/ilgpugan-compiled";

    private readonly string? _root;
    private readonly string _python;
    private readonly string _workFolder;
    private readonly HashSet<string> _copied = [];

    private PythonHome(string? root, string python)
    {
        (_root, _python) = (root, python);
        _workFolder = root is null ? AppContext.BaseDirectory : $"/tmp/ilgpugan-peers-{Guid.NewGuid():N}";
        if (root is not null)
        {
            Directory.CreateDirectory(HostPath(_workFolder));
        }
    }

    /// <summary>Makes glibc's malloc keep freed memory instead of returning it to the system after each step.</summary>
    public static IReadOnlyDictionary<string, string> AllocatorSettings { get; } = new Dictionary<string, string>
    {
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483648",
    };

    /// <summary>Variables to unset: a shell may bind OpenBLAS by them to an older processor's kernels or to other caches.</summary>
    public static IReadOnlyList<string> Cleared { get; } =
        ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "ATEN_CPU_CAPABILITY"];

    /// <summary>The scripts' environment, as text for the page.</summary>
    public static string Environment =>
        $"{string.Join(' ', AllocatorSettings.Select(s => $"{s.Key}={s.Value}"))}; {string.Join(", ", Cleared)} unset";

    /// <summary>An interpreter of this system.</summary>
    public static PythonHome Of(string python) => new(null, python);

    /// <summary>The interpreter of another system in a folder.</summary>
    /// <exception cref="PeerException">there is no interpreter, or it can't run there; the message says what would help</exception>
    public static PythonHome In(string root)
    {
        if (!File.Exists(root + Interpreter))
        {
            throw new PeerException($"{root} has no {Interpreter[1..]} (benchmarks/Peers/README.md says how such a folder is made)");
        }

        // OpenMP and the memory measurement read /proc.
        return File.Exists(Path.Combine(root, "proc", "self", "status"))
            ? new PythonHome(Path.GetFullPath(root), Interpreter)
            : throw new PeerException($"{root} has no /proc: mount -t proc proc {Path.Combine(root, "proc")}");
    }

    /// <summary>Runs one of the Python scripts of this folder.</summary>
    /// <param name="threads">threads of OpenMP</param>
    /// <param name="script">file name of the script</param>
    /// <param name="arguments">the script's arguments; paths must come from <see cref="CopyIn"/></param>
    public (string Line, double Seconds) Run(int threads, string script, params IEnumerable<string> arguments) =>
        Start(threads, _python, [Program(script), .. arguments]);

    /// <summary>Runs the program of <c>../ManagedPeers</c>; returns the last line that it prints.</summary>
    public string RunManaged(int threads, params IEnumerable<string> arguments) => Start(threads, Managed, arguments).Line;

    /// <summary>Why <see cref="RunManaged"/> is impossible; null if it is not.</summary>
    public static string? AbsenceOfManaged(Func<PythonHome> find)
    {
        try
        {
            return File.Exists(find().HostPath(Managed))
                ? null
                : $"the folder has no {Managed[1..]} (benchmarks/Peers/README.md says how it is published there)";
        }
        catch (PeerException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Runs a line of Python, which may import the scripts of this folder; returns the last line that it prints.</summary>
    public string Evaluate(string line) => Start(1, _python, ["-c", $"import sys; sys.path.insert(0, {Quoted(Folder())}); {line}"]).Line;

    /// <summary>Copies a file to where scripts can read it; returns its path for scripts.</summary>
    public string CopyIn(string path)
    {
        if (_root is null)
        {
            return path;
        }

        var inside = $"{_workFolder}/{Path.GetFileName(path)}";
        if (_copied.Add(path))
        {
            File.Copy(path, HostPath(inside), overwrite: true);
        }

        return inside;
    }

    /// <summary>The path of an output file for scripts, and its path for this program.</summary>
    public (string Theirs, string Ours) OutputPath(string path)
    {
        var theirs = _root is null ? path : $"{_workFolder}/{Path.GetFileName(path)}";
        return (theirs, HostPath(theirs));
    }

    public void Dispose()
    {
        if (_root is not null)
        {
            Directory.Delete(HostPath(_workFolder), recursive: true);
        }
    }

    private static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private string HostPath(string path) => _root is null ? path : _root + path;

    /// <summary>The folder of all scripts, which import each other.</summary>
    private string Folder()
    {
        var ours = Path.Combine(AppContext.BaseDirectory, "Peers");
        if (_root is null)
        {
            return ours;
        }

        foreach (var program in Directory.EnumerateFiles(ours, "*.py"))
        {
            CopyIn(program);
        }

        return _workFolder;
    }

    private string Program(string script) => $"{Folder()}/{script}";

    private (string Line, double Seconds) Start(int threads, string program, IEnumerable<string> arguments)
    {
        var environment = AllocatorSettings.ToDictionary(s => s.Key, s => (string?)s.Value);
        foreach (var name in Cleared)
        {
            environment[name] = null;
        }

        environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        environment["TORCHINDUCTOR_CACHE_DIR"] = CompilerCache;
        environment["TORCHINDUCTOR_FX_GRAPH_CACHE"] = "1";
        return _root is null
            ? ChildProcess.Run(program, arguments, environment)
            : ChildProcess.Run("chroot", [_root, program, .. arguments], environment);
    }
}

/// <summary>The interpreter of the newer peers, shared by several runners.</summary>
internal sealed class SharedPython(string? root) : IDisposable
{
    private PythonHome? _home;

    public PythonHome Home() => _home ??= root is null
        ? throw new PeerException("no folder of a newer system is given (--torch-root, see benchmarks/Peers/README.md)")
        : PythonHome.In(root);

    public void Dispose() => _home?.Dispose();
}
