namespace IlgpuGan.Benchmarks.Peers;

/// <summary>ONNX Runtime on graphs that this program exports: inference only.</summary>
internal abstract class OnnxContestant : Contestant
{
    /// <summary>Of outputs in (−1, 1): many times what float32 loses in so many layers, far below what a wrong graph would show.</summary>
    private const double Tolerance = 1e-3;

    private readonly HashSet<(string, string)> _checked = [];

    public override string Name => "ONNX Runtime";

    public override bool CanRun(Workload work) => work.Kind == WorkKind.Inference;

    public override Sample Run(Workload work, Way way, Materials materials)
    {
        var model = materials.Onnx(work.Network);
        if (_checked.Add((work.Network, way.Name)))
        {
            var (input, expected) = materials.Example(work.Network);
            var once = work with { Size = 256, Threads = 1, Steps = 1, Warmup = 0, Seconds = 0 };
            if (Start(way, model, once, input, expected).Difference is not { } difference || !(difference < Tolerance))
            {
                throw new PeerException($"computes something else for {work.Network} than IlgpuGan");
            }
        }

        return Start(way, model, work);
    }

    /// <summary>Runs a process.</summary>
    /// <param name="way">the settings</param>
    /// <param name="model">file of the graph</param>
    /// <param name="work">size, threads, and how many forwards</param>
    /// <param name="example">file of an input and of the output that it must give, or neither</param>
    protected abstract Sample Start(Way way, string model, Workload work, params string[] example);

    protected static IEnumerable<string> Numbers(Workload work) =>
        new[] { work.Size, work.Threads, work.Steps, work.Warmup, work.Seconds }.Select(n => n.ToString(CultureInfo.InvariantCulture));
}

/// <summary>ONNX Runtime of npm's package, through Node.js.</summary>
internal sealed class OnnxOfNode : OnnxContestant
{
    private readonly Lazy<string?> _absence = new(Probe);
    private Sample? _last;

    public override string? Absence => _absence.Value;

    public override IEnumerable<(string Name, string Value)> Settings => _last is null
        ? []
        : [(Name, $"{_last.Version}, Node.js {_last.Node}; all graph optimisations, sizes fixed")];

    protected override Sample Start(Way way, string model, Workload work, params string[] example)
    {
        var (line, _) = ChildProcess.Run(
            "node", [Path.Combine(AppContext.BaseDirectory, "Peers", "onnx_bench.cjs"), model, .. Numbers(work), .. example],
            NoChanges);
        return _last = Sample.Parse(line);
    }

    private static string? Probe()
    {
        try
        {
            ChildProcess.Run("node", ["-e", "require('onnxruntime-node')"], NoChanges);
            return null;
        }
        catch (PeerException problem)
        {
            return $"{problem.Message} (npm install onnxruntime-node, and NODE_PATH naming its node_modules)";
        }
    }

    private static IReadOnlyDictionary<string, string?> NoChanges { get; } = new Dictionary<string, string?>();
}

/// <summary>ONNX Runtime of a folder's Python, which may have oneDNN's kernels beside its own.</summary>
/// <param name="find">looks for the interpreter; throws <see cref="PeerException"/> where there is none</param>
internal sealed class OnnxOfPython(Func<PythonHome> find) : OnnxContestant
{
    private const string OneDnn = "DnnlExecutionProvider";

    private readonly Lazy<(PythonHome? Home, string? Problem, string Version, string[] Providers)> _found = new(() => Look(find));

    public override string Name => $"ONNX Runtime {_found.Value.Version}".TrimEnd();

    public override string? Absence => _found.Value.Problem;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [(Name, $"{string.Join(", ", _found.Value.Providers)}; all graph optimisations, sizes fixed")];

    public override IReadOnlyList<Way> Ways(Workload work) =>
    [
        new Way("own kernels", "CPUExecutionProvider"),
        .. _found.Value.Providers.Contains(OneDnn) ? new[] { new Way("oneDNN", OneDnn) } : [],
    ];

    protected override Sample Start(Way way, string model, Workload work, params string[] example)
    {
        var home = _found.Value.Home!;
        var (line, _) = home.Run(
            work.Threads, "onnx_bench.py", [home.Lend(model), .. Numbers(work), .. way.Arguments, .. example.Select(home.Lend)]);
        return Sample.Parse(line);
    }

    private static (PythonHome? Home, string? Problem, string Version, string[] Providers) Look(Func<PythonHome> find)
    {
        try
        {
            var home = find();
            var answer = home.Ask("import onnxruntime as o; print(o.__version__, *o.get_available_providers())").Split(' ');
            return (home, null, answer[0], answer[1..]);
        }
        catch (PeerException e)
        {
            return (null, e.Message, "", []);
        }
    }
}
