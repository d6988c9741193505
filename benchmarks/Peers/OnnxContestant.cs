using System.Globalization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>ONNX Runtime, through Node.js, on graphs that this program exports: inference only.</summary>
internal sealed class OnnxContestant : Contestant
{
    /// <summary>Of outputs in (−1, 1): many times what float32 loses in so many layers, far below what a wrong graph would show.</summary>
    private const double Tolerance = 1e-3;

    private readonly Lazy<string?> _absence = new(Probe);
    private readonly HashSet<string> _checked = [];
    private Sample? _last;

    public override string Name => "ONNX Runtime";

    public override string? Absence => _absence.Value;

    public override IEnumerable<(string Name, string Value)> Settings => _last is null
        ? []
        : [("ONNX Runtime", $"{_last.Version}, Node.js {_last.Node}; all graph optimisations, sizes fixed")];

    public override bool CanRun(Workload work) => work.Kind == WorkKind.Inference;

    public override Sample Run(Workload work, Materials materials)
    {
        var model = materials.Onnx(work.Network);
        if (_checked.Add(work.Network))
        {
            var (input, expected) = materials.Example(work.Network);
            if (Start(model, 256, 1, 1, 0, input, expected).Difference is not { } difference || !(difference < Tolerance))
            {
                throw new PeerException($"computes something else for {work.Network} than IlgpuGan");
            }
        }

        return _last = Start(model, work.Size, work.Threads, work.Steps, work.Warmup);
    }

    private static Sample Start(string model, int size, int threads, int steps, int warmup, params string[] example)
    {
        var numbers = new[] { size, threads, steps, warmup }.Select(n => n.ToString(CultureInfo.InvariantCulture));
        var (line, _) = ChildProcess.Run("node", [Path.Combine(AppContext.BaseDirectory, "Peers", "onnx_bench.cjs"), model, .. numbers, .. example], NoChanges);
        return Sample.Parse(line);
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
