namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// Runs PyTorch with its fastest settings: a fast BLAS (the reference BLAS makes its transposed convolutions three to ten times slower, and
/// is refused), OpenBLAS free to choose its kernels by the processor, an allocator that keeps its memory, and for each workload the fastest
/// of several variants.
/// </summary>
/// <param name="find">finds an interpreter with PyTorch; throws <see cref="PeerException"/> if there is none</param>
/// <param name="bf16">convolutions and matrix products in bfloat16, by autocast</param>
internal sealed class TorchRunner(Func<PythonHome> find, bool bf16 = false) : Runner
{
    private const int LevelsOfRounding = 2;

    private static readonly RunnerVariant s_channelsLast = new("channels-last", "--channels-last");

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
    /// <param name="python">name or path; null to try the usual ones</param>
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

    public override IReadOnlyList<RunnerVariant> Variants(Workload work)
    {
        if (work.Kind == WorkKind.Translation)
        {
            return [RunnerVariant.Default];
        }

        RunnerVariant plain = new("NCHW"), compiled = new("compiled", "--compile");
        RunnerVariant[] variants = (work.Kind, IsNew) switch
        {
            (WorkKind.Inference, false) => [plain, Traced(plain)],
            (WorkKind.Inference, true) when work.IsLong => [Traced(plain), Traced(s_channelsLast)],
            (WorkKind.Inference, true) =>
                [plain, s_channelsLast, Traced(plain), Traced(
                    s_channelsLast), .. bf16 ? Array.Empty<RunnerVariant>() : [compiled, Both(s_channelsLast, compiled)]],
            (_, false) => [plain, Both(plain, Adam("foreach"))],
            (_, true) when work.IsLong || bf16 => [Both(plain, Adam("fused")), Both(s_channelsLast, Adam("fused"))],

            // Not compiled: a DCGAN step took 118 ms instead of 45 on two threads, and steps with a penalty can't be compiled as a whole.
            _ => [Both(plain, Adam("foreach")), Both(plain, Adam("fused")), Both(s_channelsLast, Adam("fused"))],
        };
        return bf16 ? [.. variants.Select(variant => variant with { Arguments = [.. variant.Arguments, "--bf16"] })] : variants;
    }

    public override Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files)
    {
        var home = _found.Value.Home!;
        if (work.Kind == WorkKind.Translation)
        {
            return Translate(home, work, files);
        }

        var (line, _) = home.Run(
            work.Threads, "torch_bench.py",
            ["--workload", work.Network, .. TorchSharpRunner.Numbers(work), .. variant.Arguments]);
        return Sample.Parse(line);
    }

    private static RunnerVariant Traced(RunnerVariant variant) => Both(variant, new RunnerVariant("traced", "--jit"));

    private static RunnerVariant Adam(string kind) => new($"{kind} Adam", "--adam", kind);

    private static RunnerVariant Both(RunnerVariant first, RunnerVariant second) =>
        new($"{first.Name}, {second.Name}", [.. first.Arguments, .. second.Arguments]);

    private static Sample Translate(PythonHome home, Workload work, BenchmarkFiles files)
    {
        var (theirs, ours) = home.OutputPath(files.Output($"{work.Network}.torch.png"));
        var (_, seconds) = home.Run(
            work.Threads, "torch_translate.py", work.Network, home.CopyIn(files.Weights(work.Network)),
            home.CopyIn(files.Picture(work.Size)), theirs);
        var difference = BenchmarkFiles.Difference(files.Translation(work), ours);
        return difference <= LevelsOfRounding
            ? new Sample { Times = [seconds], Difference = difference }
            : throw new PeerException($"made another picture than IlgpuGan: {difference} of 255 levels apart");
    }

    /// <summary>The interpreter and its versions, or the reason why there is none.</summary>
    private sealed record Found(PythonHome? Home, string? Problem, string? Version, string? Python, string? Capability, string? Blas)
    {
        public static Found By(Func<PythonHome> find)
        {
            try
            {
                var home = find();
                var answer = home.Evaluate(
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
