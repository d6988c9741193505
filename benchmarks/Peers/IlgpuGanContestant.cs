using System.Runtime.InteropServices;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>The <c>ilgpugan</c> command that was built with this program.</summary>
internal sealed class IlgpuGanContestant : Contestant
{
    private readonly string _command = Path.Combine(AppContext.BaseDirectory, "ilgpugan.dll");

    /// <summary>The host that runs this program, whatever else is called dotnet on this machine.</summary>
    public static string Host { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>
    /// The first step is computed as written, the second recorded, the third the first replay; forwards keep weights from the second on.
    /// </summary>
    private const int StepsUntilReady = 3;

    // What makes PyTorch faster is not set here, nor what a shell may have set for it.
    private static readonly Dictionary<string, string?> s_environment =
        PythonHome.AllocatorSettings.Keys.ToDictionary(name => name, _ => (string?)null);

    public override string Name => "IlgpuGan";

    public override string? Absence => null;

    public override IEnumerable<(string Name, string Value)> Settings => [];

    public override bool CanRun(Workload work) => true;

    public override Sample Run(Workload work, Way way, Materials materials)
    {
        if (work.Kind == WorkKind.Translation)
        {
            var (weights, picture) = (materials.Weights(work.Network), materials.Picture(work.Size));
            var (_, seconds) = Start(
                "translate", "--model", weights, "--input", picture, "--out", materials.Translation(work), "--eval", "--threads",
                Text(work.Threads), "--quiet");
            return new Sample { Times = [seconds] };
        }

        if (work.IsSmallStep)
        {
            return Sample.Parse(ChildProcess.Run(
                Host,
                [
                    typeof(IlgpuGanContestant).Assembly.Location, "steps", "--workload", work.Network, "--size", Text(work.Size),
                    "--threads", Text(work.Threads), "--steps", Text(work.Steps), "--warmup", Text(Math.Max(work.Warmup, StepsUntilReady)),
                    "--seconds", work.Seconds.ToString(CultureInfo.InvariantCulture),
                ],
                s_environment).Line);
        }

        string[] size = work.IsSmallPreset ? ["--preset", "small"] : ["--size", Text(work.Size)];
        var (line, _) = Start([
            "bench", work.Kind == WorkKind.Training ? "step" : "infer", "--workload", work.Network, .. size, "--device", "cpu",
            "--threads", Text(work.Threads), "--steps", Text(work.Steps), "--warmup", Text(Math.Max(work.Warmup, StepsUntilReady)),
            "--seconds", work.Seconds.ToString(CultureInfo.InvariantCulture),
            "--json",
        ]);
        return Sample.Parse(line);
    }

    /// <summary>Runs the command with some arguments.</summary>
    public (string Line, double Seconds) Start(params string[] arguments) =>
        ChildProcess.Run(Host, [_command, .. arguments], s_environment);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
