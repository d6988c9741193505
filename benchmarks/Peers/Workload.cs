using IlgpuGan.Benchmarks.Steps;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>The work of one process.</summary>
internal enum WorkKind
{
    /// <summary>Whole training steps.</summary>
    Training,

    /// <summary>Forward passes of a generator.</summary>
    Inference,

    /// <summary>The translation of one picture, from the start of the process to its end.</summary>
    Translation,
}

/// <summary>One row of the comparison.</summary>
/// <param name="Kind">kind of work</param>
/// <param name="Network">model or generator, as <c>ilgpugan bench --workload</c> names it</param>
/// <param name="Size">side of the picture in pixels</param>
/// <param name="Threads">number of threads</param>
/// <param name="Steps">timed steps of a process</param>
/// <param name="Warmup">minimum number of warm-up steps</param>
internal sealed record Workload(WorkKind Kind, string Network, int Size, int Threads, int Steps, int Warmup)
{
    private const int StepsOfAScan = 5;

    private const double SecondsOfAScan = 0.25;

    /// <summary>
    /// Minimum duration of a process's warm-up, and of its timed steps, in seconds: runtimes compile, tune and cache for longer than a few
    /// steps of some milliseconds.
    /// </summary>
    public double Seconds { get; init; } = 0.75;

    /// <summary>
    /// Families that are measured with the networks of <c>--preset small</c>: name, title on the page, side in pixels.
    /// </summary>
    private static readonly IReadOnlyDictionary<string, (string Title, int Side)> s_smallPresets = new Dictionary<string, (string, int)>
    {
        ["discogan"] = ("DiscoGAN (small, batch 64, 1 + 2 updates)", 32),
        ["dualgan"] = ("DualGAN (small)", 64),
        ["cut"] = ("CUT (small)", 64),
        ["unsb"] = ("UNSB (small, five times)", 64),
        ["pix2pixhd"] = ("pix2pixHD (small, batch 2)", 64),
        ["spade"] = ("SPADE (small, batch 2)", 64),
        ["bicyclegan"] = ("BicycleGAN (small, batch 2)", 64),
        ["bridge"] = ("Bridge matching (small, batch 2)", 64),
        ["stargan"] = ("StarGAN (small, batch 8, 5 + 1 updates)", 64),
        ["gan"] = ("GAN (small, batch 64)", 16),
        ["wgan"] = ("WGAN (small, batch 16, 5 + 1 updates)", 32),
        ["lapgan"] = ("LAPGAN (small, batch 32, coarsest level)", 32),
        ["pggan"] = ("PGGAN (small, batch 16, all levels)", 32),
        ["ebgan"] = ("EBGAN (small, batch 100)", 16),
        ["began"] = ("BEGAN (small, batch 16)", 32),
        ["gman"] = ("GMAN (small, batch 100, five discriminators)", 32),
        ["madgan"] = ("MAD-GAN (small, batch 32, five generators)", 16),
        ["triplegan"] = ("Triple-GAN (small, batch 300)", 16),
        ["stackgan"] = ("StackGAN (small, batch 32, first stage)", 32),
        ["stackgan-v2"] = ("StackGAN++ (small, batch 32)", 32),
        ["r3gan"] = ("R3GAN (small, batch 32)", 16),
    };

    /// <summary>Title in tables.</summary>
    public string Title => Invariant.Text($"{NetworkTitle} {KindTitle}, {Size}²");

    /// <summary>The same with the fewest steps that still distinguish variants.</summary>
    public Workload Shortened => this with { Steps = Math.Min(Steps, StepsOfAScan), Seconds = SecondsOfAScan };

    /// <summary>Pictures in a step; null for the workload's own number.</summary>
    public int? Batch { get; init; }

    /// <summary>Turns per round: whole processes are short, and the time of a single one depends much on disk and scheduler.</summary>
    public int Turns { get; init; } = 1;

    /// <summary>Whether a process takes many seconds: fewer variants are then scanned.</summary>
    public bool IsLong => Network == "cyclegan" || Size > 256;

    /// <summary>Whether this is a <see cref="SmallStep"/>, for which all programs print the first losses.</summary>
    public bool IsSmallStep => SmallStep.Names.Contains(Network);

    /// <summary>Whether this is a family's training step with <c>--preset small</c>.</summary>
    public bool IsSmallPreset => Kind == WorkKind.Training && s_smallPresets.ContainsKey(Network);

    private string NetworkTitle => s_smallPresets.TryGetValue(Network, out var small) ? small.Title : Network switch
    {
        "pix2pix" => "pix2pix",
        "cyclegan" => "CycleGAN",
        "dcgan" => "DCGAN (batch 64)",
        "wgan-gp" => "WGAN-GP (batch 16, 5 + 1 updates)",
        "singan" => "SinGAN level (3 + 3 updates)",
        "unet256" => "U-Net 256",
        _ => "ResNet-9",
    };

    private string KindTitle => Kind switch
    {
        WorkKind.Training => "training step",
        WorkKind.Inference => "forward",
        _ => "`translate`, whole process",
    };

    /// <summary>
    /// The rows in the order of the page: usual picture sizes, small networks, families, big pictures. Each process takes a few seconds.
    /// </summary>
    /// <param name="threads">numbers of threads, ascending; long workloads run on the most threads only</param>
    /// <param name="quick">whether to leave out families, big pictures and all but the most threads, and to run few steps</param>
    public static IReadOnlyList<Workload> All(IReadOnlyList<int> threads, bool quick)
    {
        var most = threads.Max();
        var rows = new List<Workload>();
        var counts = quick ? [most] : threads;
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, "pix2pix", 256, n, 6, 2)));
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, "pix2pix", 128, n, 10, 2)));
        rows.Add(new Workload(WorkKind.Training, "cyclegan", 256, most, 1, 1));
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Inference, "unet256", 256, n, 20, 3)));
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Inference, "resnet9", 256, n, 6, 1)));
        rows.Add(new Workload(WorkKind.Translation, "unet256", 256, most, 1, 0) { Turns = quick ? 1 : 3 });
        rows.Add(new Workload(WorkKind.Translation, "resnet9", 256, most, 1, 0) { Turns = quick ? 1 : 3 });
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, "dcgan", 32, n, 20, 3)));
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, "wgan-gp", 32, n, 15, 3)));
        rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, "singan", 64, n, 15, 3)));
        if (quick)
        {
            return [.. rows.Select(row => row.Shortened)];
        }

        foreach (var (family, (_, side)) in s_smallPresets)
        {
            rows.AddRange(counts.Select(n => new Workload(WorkKind.Training, family, side, n, 10, 2)));
        }

        rows.Add(new Workload(WorkKind.Inference, "resnet9", 1024, most, 1, 1));
        return rows;
    }
}
