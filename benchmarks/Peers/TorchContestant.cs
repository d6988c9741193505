using System.Globalization;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// PyTorch at its best: a fast BLAS (with the reference one its transposed convolutions are three to ten times slower, and it takes no part),
/// OpenBLAS free to choose its kernels by the processor, and an allocator that keeps its memory.
/// </summary>
/// <param name="python">interpreter to use; null to look for one that has PyTorch</param>
internal sealed class TorchContestant(string? python) : Contestant
{
    private const int LevelsOfRounding = 2;

    private readonly Lazy<(string? Python, string? Problem)> _found = new(() => Find(python));
    private Sample? _last;

    /// <summary>glibc's malloc keeps what is freed instead of giving it back to the system each step.</summary>
    public static IReadOnlyDictionary<string, string> AllocatorSettings { get; } = new Dictionary<string, string>
    {
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483648",
    };

    public override string Name => "PyTorch";

    public override string? Absence => _found.Value.Problem;

    public override IEnumerable<(string Name, string Value)> Settings => _last is null
        ? []
        :
        [
            ("PyTorch", $"{_last.Version}, Python {_last.Python}, vector code for {_last.Capability}"),
            ("PyTorch's BLAS", _last.Blas!),
            ("PyTorch's environment", $"{string.Join(' ', AllocatorSettings.Select(s => $"{s.Key}={s.Value}"))}; {string.Join(", ", Cleared)} unset"),
        ];

    /// <summary>Settings of somebody's shell that bind OpenBLAS to an older processor's kernels or to other caches.</summary>
    private static string[] Cleared => ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "ATEN_CPU_CAPABILITY"];

    public override bool CanRun(Workload work) => true;

    public override Sample Run(Workload work, Materials materials)
    {
        if (work.Kind == WorkKind.Translation)
        {
            return Translate(work, materials);
        }

        var (line, _) = Start(
            work.Threads, "torch_bench.py", "--workload", work.Network, "--size", Text(work.Size),
            "--threads", Text(work.Threads), "--steps", Text(work.Steps), "--warmup", Text(work.Warmup));
        return _last = Sample.Parse(line);
    }

    private Sample Translate(Workload work, Materials materials)
    {
        var output = materials.Output($"{work.Network}.torch.png");
        var (_, seconds) = Start(work.Threads, "torch_translate.py", work.Network, materials.Weights(work.Network), materials.Picture(work.Size), output);
        var difference = Materials.Difference(IlgpuGanContestant.TranslationOf(work, materials), output);
        return difference <= LevelsOfRounding
            ? new Sample { Times = [seconds], Difference = difference }
            : throw new PeerException($"made another picture than IlgpuGan: {difference} of 255 levels apart");
    }

    private (string Line, double Seconds) Start(int threads, string script, params string[] arguments)
    {
        var environment = AllocatorSettings.ToDictionary(s => s.Key, s => (string?)s.Value);
        foreach (var name in Cleared)
        {
            environment[name] = null;
        }

        environment["OMP_NUM_THREADS"] = Text(threads);
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return ChildProcess.Run(_found.Value.Python!, [Path.Combine(AppContext.BaseDirectory, "Peers", script), .. arguments], environment);
    }

    private static (string? Python, string? Problem) Find(string? python)
    {
        const string Probe = "import torch; torch.ones(64, 64) @ torch.ones(64, 64); import torch_bench; print(torch_bench.blas())";
        var problem = "";
        foreach (var candidate in python is null ? ["python3", "/usr/bin/python3", "python"] : new[] { python })
        {
            try
            {
                var (blas, _) = ChildProcess.Run(
                    candidate, ["-c", Probe], new Dictionary<string, string?>
                    {
                        ["PYTHONPATH"] = Path.Combine(AppContext.BaseDirectory, "Peers"), ["PYTHONDONTWRITEBYTECODE"] = "1",
                    });
                if (blas != "reference")
                {
                    return (candidate, null);
                }

                problem = $"{candidate} has PyTorch with the reference BLAS, several times slower than OpenBLAS and no fair peer: install libopenblas0-openmp";
            }
            catch (PeerException e)
            {
                problem = problem.Length > 0 ? problem : e.Message;
            }
        }

        return (null, $"{problem} (--python PATH names an interpreter that has torch, numpy and PIL)");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
