using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.Benchmarks.Growth;

/// <summary>What grows along a curve.</summary>
internal enum GrowthAxis
{
    /// <summary>The side of the pictures in pixels.</summary>
    Side,

    /// <summary>The number of pictures in a step.</summary>
    Batch,
}

/// <param name="Value">side or batch</param>
/// <param name="Seconds">fastest step</param>
/// <param name="Megabytes">most resident memory of the process, 10⁶ bytes</param>
internal sealed record GrowthPoint(int Value, double Seconds, double Megabytes);

/// <summary>The steps of one program on one number of threads.</summary>
/// <param name="Subject">what a step does</param>
internal sealed record GrowthCurve(string Subject, GrowthAxis Axis, string Program, int Threads, IReadOnlyList<GrowthPoint> Points)
{
    private const string Pix2Pix = "pix2pix training step";
    private const string ResNet = "ResNet-9 forward";
    private const string Dcgan = "DCGAN training step";

    /// <summary>What is measured, for each curve: the workloads, on one thread.</summary>
    public static IEnumerable<(string Subject, GrowthAxis Axis, IReadOnlyList<Workload> Works)> Plan =>
    [
        (Pix2Pix, GrowthAxis.Side, [.. Powers(64, 1024).Select(side => Step("pix2pix", side, 1))]),
        (Pix2Pix, GrowthAxis.Batch, [.. Powers(1, 64).Select(batch => Step("pix2pix", 128, batch))]),
        (ResNet, GrowthAxis.Side, [.. Powers(64, 2048).Select(side => Forward(side, 1))]),
        (ResNet, GrowthAxis.Batch, [.. Powers(1, 64).Select(batch => Forward(128, batch))]),
        (Dcgan, GrowthAxis.Side, [.. Powers(16, 128).Select(side => Step("dcgan", side, 16))]),
        (Dcgan, GrowthAxis.Batch, [.. Powers(1, 64).Select(batch => Step("dcgan", 32, batch))]),
    ];

    private static IEnumerable<int> Powers(int first, int last)
    {
        for (var value = first; value <= last; value *= 2)
        {
            yield return value;
        }
    }

    private static Workload Step(string family, int side, int batch) => Of(WorkKind.Training, family, side, batch);

    private static Workload Forward(int side, int batch) => Of(WorkKind.Inference, "resnet9", side, batch);

    private static Workload Of(WorkKind kind, string network, int side, int batch) =>
        new(kind, network, side, Threads: 1, Steps: 2, Warmup: 1) { Batch = batch, Seconds = 0.3 };
}
