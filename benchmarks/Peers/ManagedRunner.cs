namespace IlgpuGan.Benchmarks.Peers;

/// <summary>TorchSharp, by the program <c>../ManagedPeers</c>.</summary>
/// <param name="find">finds the folder with the program; throws <see cref="PeerException"/> if there is none</param>
/// <param name="flat">all weights in one tensor for the optimiser: faster, but not what its users have</param>
internal sealed class TorchSharpRunner(Func<PythonHome> find, bool flat = false) : Runner
{
    private static readonly string[] s_workloads = ["pix2pix", "cyclegan", "dcgan", "unet256", "resnet9"];

    private readonly Lazy<string?> _absence = new(() => PythonHome.AbsenceOfManaged(find));
    private string? _version;

    public override string Name => flat ? "TorchSharp, flat weights" : "TorchSharp";

    public override string? Absence => _absence.Value;

    public override IEnumerable<(string Name, string Value)> Settings => _version is null || flat ? [] : [("TorchSharp", _version)];

    public override bool CanRun(Workload work) =>
        s_workloads.Contains(work.Network) && (!work.IsSmallStep || work.Batch is not null)
            && (work.Kind == WorkKind.Training || (work.Kind == WorkKind.Inference && !flat));

    public override Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files)
    {
        var sample = Sample.Parse(find().RunManaged(
            work.Threads, ["step", "--workload", work.Network, .. Numbers(work), .. Batch(work), .. flat ? new[] { "--flat" } : []]));
        _version = sample.Version;
        return sample;
    }

    private static string[] Batch(Workload work) =>
        work.Batch is { } batch ? ["--batch", batch.ToString(CultureInfo.InvariantCulture)] : [];

    /// <summary>The options that the programs have in common.</summary>
    public static IEnumerable<string> Numbers(Workload work)
    {
        (string Name, double Value)[] numbers =
            [("size", work.Size), ("threads", work.Threads), ("steps", work.Steps), ("warmup", work.Warmup), ("seconds", work.Seconds)];
        return numbers.SelectMany(n => new[] { $"--{n.Name}", n.Value.ToString(CultureInfo.InvariantCulture) });
    }
}

/// <summary>ONNX Runtime's package for .NET, by the same program.</summary>
internal sealed class ManagedOnnxRunner(Func<PythonHome> find) : OnnxRunner
{
    private readonly Lazy<string?> _absence = new(() => PythonHome.AbsenceOfManaged(find));
    private string? _version;

    public override string Name => "ONNX Runtime for .NET";

    public override string? Absence => _absence.Value;

    public override IEnumerable<(string Name, string Value)> Settings =>
        _version is null ? [] : [(Name, $"{_version}; all graph optimisations, sizes fixed")];

    protected override Sample Start(RunnerVariant variant, string model, Workload work, params string[] example)
    {
        var home = find();
        var sample = Sample.Parse(home.RunManaged(
            work.Threads,
            [
                "onnx", home.CopyIn(model), .. TorchSharpRunner.Numbers(work),
                .. example.Length > 0 ? ["--example", .. example.Select(home.CopyIn)] : Array.Empty<string>(),
            ]));
        _version = sample.Version;
        return sample;
    }
}
