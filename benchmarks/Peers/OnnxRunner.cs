namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Runs ONNX Runtime on graphs that this program exports: inference only.</summary>
internal abstract class OnnxRunner : Runner
{
    /// <summary>Tolerance of outputs in (−1, 1): many times float32's rounding errors, far below the error of a wrong graph.</summary>
    private const double Tolerance = 1e-3;

    private readonly HashSet<(string, string)> _checked = [];

    public override string Name => "ONNX Runtime";

    public override bool CanRun(Workload work) => work.Kind == WorkKind.Inference;

    public override Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files)
    {
        var model = files.Onnx(work.Network);
        if (_checked.Add((work.Network, variant.Name)))
        {
            var (input, expected) = files.Example(work.Network);
            var once = work with { Size = 256, Threads = 1, Steps = 1, Warmup = 0, Seconds = 0 };
            if (Start(variant, model, once, input, expected).Difference is not { } difference || !(difference < Tolerance))
            {
                throw new PeerException($"computes something else for {work.Network} than IlgpuGan");
            }
        }

        return Start(variant, model, work);
    }

    /// <summary>Runs a process.</summary>
    /// <param name="model">file of the graph</param>
    /// <param name="work">size, threads and number of forwards</param>
    /// <param name="example">files of an input and of its expected output, or none</param>
    protected abstract Sample Start(RunnerVariant variant, string model, Workload work, params string[] example);

    protected static IEnumerable<string> Numbers(Workload work) =>
        new[] { work.Size, work.Threads, work.Steps, work.Warmup, work.Seconds }.Select(n => n.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The npm package of ONNX Runtime, in Node.js.</summary>
internal sealed class NodeOnnxRunner : OnnxRunner
{
    private readonly Lazy<string?> _absence = new(Probe);
    private Sample? _last;

    public override string? Absence => _absence.Value;

    public override IEnumerable<(string Name, string Value)> Settings => _last is null
        ? []
        : [(Name, $"{_last.Version}, Node.js {_last.Node}; all graph optimisations, sizes fixed")];

    protected override Sample Start(RunnerVariant variant, string model, Workload work, params string[] example)
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

/// <summary>ONNX Runtime of a Python installation, which may have oneDNN's kernels beside its own.</summary>
/// <param name="find">finds the interpreter; throws <see cref="PeerException"/> if there is none</param>
internal sealed class PythonOnnxRunner(Func<PythonHome> find) : OnnxRunner
{
    private const string OneDnn = "DnnlExecutionProvider";

    private readonly Lazy<(PythonHome? Home, string? Problem, string Version, string[] Providers)> _found = new(() => Look(find));

    public override string Name => $"ONNX Runtime {_found.Value.Version}".TrimEnd();

    public override string? Absence => _found.Value.Problem;

    public override IEnumerable<(string Name, string Value)> Settings =>
        [(Name, $"{string.Join(", ", _found.Value.Providers)}; all graph optimisations, sizes fixed")];

    public override IReadOnlyList<RunnerVariant> Variants(Workload work) =>
    [
        new RunnerVariant("own kernels", "CPUExecutionProvider"),
        .. _found.Value.Providers.Contains(OneDnn) ? new[] { new RunnerVariant("oneDNN", OneDnn) } : [],
    ];

    protected override Sample Start(RunnerVariant variant, string model, Workload work, params string[] example)
    {
        var home = _found.Value.Home!;
        var (line, _) = home.Run(
            work.Threads, "onnx_bench.py", [home.CopyIn(model), .. Numbers(work), .. variant.Arguments, .. example.Select(home.CopyIn)]);
        return Sample.Parse(line);
    }

    private static (PythonHome? Home, string? Problem, string Version, string[] Providers) Look(Func<PythonHome> find)
    {
        try
        {
            var home = find();
            var answer = home.Evaluate("import onnxruntime as o; print(o.__version__, *o.get_available_providers())").Split(' ');
            return (home, null, answer[0], answer[1..]);
        }
        catch (PeerException e)
        {
            return (null, e.Message, "", []);
        }
    }
}
