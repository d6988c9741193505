using System.Runtime.InteropServices;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Runs the <c>ilgpugan</c> command that was built together with this program.</summary>
internal sealed class IlgpuGanRunner : Runner
{
    private readonly string _command = Path.Combine(AppContext.BaseDirectory, "ilgpugan.dll");

    /// <summary>The <c>dotnet</c> host that runs this program, which may differ from the one on the path.</summary>
    public static string Host { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>
    /// The first step runs eagerly, the second is recorded, the third is the first replay; forwards hold their weights from the second on.
    /// </summary>
    private const int StepsUntilReady = 3;

    // The allocator settings that make PyTorch faster are unset here, even if the user's shell sets them.
    private static readonly Dictionary<string, string?> s_environment =
        PythonHome.AllocatorSettings.Keys.ToDictionary(name => name, _ => (string?)null);

    public override string Name => "IlgpuGan";

    public override string? Absence => null;

    public override IEnumerable<(string Name, string Value)> Settings => [];

    public override bool CanRun(Workload work) => true;

    public override Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files)
    {
        if (work.Kind == WorkKind.Translation)
        {
            var (weights, picture) = (files.Weights(work.Network), files.Picture(work.Size));
            var (_, seconds) = Start(
                "translate", "--model", weights, "--input", picture, "--out", files.Translation(work), "--eval", "--threads",
                Text(work.Threads), "--quiet");
            return new Sample { Times = [seconds] };
        }

        if (work.IsSmallStep && work.Batch is null)
        {
            return Sample.Parse(ChildProcess.Run(
                Host,
                [
                    typeof(IlgpuGanRunner).Assembly.Location, "steps", "--workload", work.Network,
                    .. TorchSharpRunner.Numbers(work with { Warmup = Math.Max(work.Warmup, StepsUntilReady) }),
                ],
                s_environment).Line);
        }

        string[] size = work.IsSmallPreset ? ["--preset", "small"] : ["--size", Text(work.Size)];
        var (line, _) = Start([
            "bench", work.Kind == WorkKind.Training ? "step" : "infer", "--workload", work.Network, .. size, "--device", "cpu",
            "--threads", Text(work.Threads), "--steps", Text(work.Steps), "--warmup", Text(Math.Max(work.Warmup, StepsUntilReady)),
            "--seconds", work.Seconds.ToString(CultureInfo.InvariantCulture), "--json",
            .. work.Batch is { } batch ? new[] { "--batch", Text(batch) } : [],
        ]);
        return Sample.Parse(line);
    }

    /// <summary>Runs the command with some arguments.</summary>
    public (string Line, double Seconds) Start(params string[] arguments) =>
        ChildProcess.Run(Host, [_command, .. arguments], s_environment);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
