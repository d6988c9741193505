namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// PyTorch at its best: a fast BLAS (with the reference one its transposed convolutions are three to ten times slower, and it takes no
/// part), OpenBLAS free to choose its kernels by the processor, an allocator that keeps its memory, and for each workload the fastest of
/// several settings.
/// </summary>
/// <param name="find">looks for an interpreter that has PyTorch; throws <see cref="PeerException"/> where there is none</param>
/// <param name="bf16">convolutions and products in bfloat16, by autocast</param>
internal sealed class TorchContestant(Func<PythonHome> find, bool bf16 = false) : Contestant
{
    private const int LevelsOfRounding = 2;

    private static readonly Way s_channelsLast = new("channels-last", "--channels-last");

    private readonly Lazy<Found> _found = new(() => Found.By(find));

    public override string Name =>
        $"PyTorch{(_found.Value.Version is { } v ? $" {string.Join('.', v.Split('.').Take(2))}" : "")}{(bf16 ? " bf16" : "")}";

    public override string? Absence => _found.Value.Problem ?? (bf16 && !IsNew ? "autocast of its version is no match" : null);

    public override bool IsFloat32 => !bf16;

    public override IEnumerable<(string Name, string Value)> Settings => bf16 ? [] :
    [
        (
            Name,
            $"{_found.Value.Version}, Python {_found.Value.Python}, vector code for {_found.Value.Capability}, BLAS {_found.Value.Blas}"),
        ("environment of peers in Python", PythonHome.Environment),
    ];

    private bool IsNew => _found.Value.Version is { } version && int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture) >= 2;

    /// <summary>An interpreter of this system that has PyTorch.</summary>
    /// <param name="python">which; null to look for one</param>
    public static PythonHome Here(string? python)
    {
        PeerException? first = null;
        foreach (var candidate in python is null ? ["python3", "/usr/bin/python3", "python"] : new[] { python })
        {
            var home = PythonHome.Of(candidate);
            if (Found.By(() => home) is not { Problem: { } problem })
            {
                return home;
            }

            first ??= new PeerException($"{problem} (--python PATH names an interpreter that has torch, numpy and PIL)");
        }

        throw first!;
    }

    public override bool CanRun(Workload work) => work.Kind != WorkKind.Translation || !bf16;

    public override IReadOnlyList<Way> Ways(Workload work)
    {
        if (work.Kind == WorkKind.Translation)
        {
            return [Way.Plain];
        }

        Way plain = new("NCHW"), compiled = new("compiled", "--compile");
        Way[] ways = (work.Kind, IsNew) switch
        {
            (WorkKind.Inference, false) => [plain, Traced(plain)],
            (WorkKind.Inference, true) when work.IsLong => [Traced(plain), Traced(s_channelsLast)],
            (WorkKind.Inference, true) =>
                [plain, s_channelsLast, Traced(plain), Traced(
                    s_channelsLast), .. bf16 ? Array.Empty<Way>() : [compiled, Both(s_channelsLast, compiled)]],
            (_, false) => [plain, Both(plain, Adam("foreach"))],
            (_, true) when work.IsLong || bf16 => [Both(plain, Adam("fused")), Both(s_channelsLast, Adam("fused"))],

            // Not compiled: a DCGAN's step took 118 ms then instead of 45, on two threads, and none with a penalty can be as a whole.
            _ => [Both(plain, Adam("foreach")), Both(plain, Adam("fused")), Both(s_channelsLast, Adam("fused"))],
        };
        return bf16 ? [.. ways.Select(way => way with { Arguments = [.. way.Arguments, "--bf16"] })] : ways;
    }

    public override Sample Run(Workload work, Way way, Materials materials)
    {
        var home = _found.Value.Home!;
        if (work.Kind == WorkKind.Translation)
        {
            return Translate(home, work, materials);
        }

        var (line, _) = home.Run(
            work.Threads, "torch_bench.py",
            ["--workload", work.Network, "--size", Text(work.Size), "--threads", Text(work.Threads), "--steps", Text(
                work.Steps), "--warmup", Text(work.Warmup), "--seconds", work.Seconds.ToString(CultureInfo.InvariantCulture),
                .. way.Arguments]);
        return Sample.Parse(line);
    }

    private static Way Traced(Way way) => Both(way, new Way("traced", "--jit"));

    private static Way Adam(string kind) => new($"{kind} Adam", "--adam", kind);

    private static Way Both(Way first, Way second) => new($"{first.Name}, {second.Name}", [.. first.Arguments, .. second.Arguments]);

    private static Sample Translate(PythonHome home, Workload work, Materials materials)
    {
        var (theirs, ours) = home.Place(materials.Output($"{work.Network}.torch.png"));
        var (_, seconds) = home.Run(
            work.Threads, "torch_translate.py", work.Network, home.Lend(materials.Weights(work.Network)),
            home.Lend(materials.Picture(work.Size)), theirs);
        var difference = Materials.Difference(materials.Translation(work), ours);
        return difference <= LevelsOfRounding
            ? new Sample { Times = [seconds], Difference = difference }
            : throw new PeerException($"made another picture than IlgpuGan: {difference} of 255 levels apart");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was found, or why nothing was.</summary>
    private sealed record Found(PythonHome? Home, string? Problem, string? Version, string? Python, string? Capability, string? Blas)
    {
        public static Found By(Func<PythonHome> find)
        {
            try
            {
                var home = find();
                var answer = home.Ask(
                    "import torch; torch.ones(64, 64) @ torch.ones(64, 64); import torch_bench; "
                    + "print(torch.__version__, sys.version.split()[0], torch_bench.capability(), torch_bench.blas())").Split(' ');
                const string Slow =
                    "has PyTorch with the reference BLAS, several times slower than OpenBLAS and no fair peer: install libopenblas0-openmp";
                return answer is [var version, var python, var capability, var blas]
                    ? new Found(home, blas == "reference" ? $"it {Slow}" : null, version, python, capability, blas)
                    : throw new PeerException($"answered {string.Join(' ', answer)}");
            }
            catch (PeerException e)
            {
                return new Found(null, e.Message, null, null, null, null);
            }
        }
    }
}
