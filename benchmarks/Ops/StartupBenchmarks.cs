using BenchmarkDotNet.Attributes;
using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Processes from start to end, as somebody at a terminal waits for them.</summary>
public class StartupBenchmarks
{
    private readonly Materials _materials = new();
    private readonly IlgpuGanContestant _command = new();
    private readonly Workload _unet = new(WorkKind.Translation, "unet256", 256, Environment.ProcessorCount, 1, 0);
    private readonly Workload _resnet = new(WorkKind.Translation, "resnet9", 256, Environment.ProcessorCount, 1, 0);

    [GlobalSetup]
    public void MakeFiles()
    {
        _materials.Weights(_unet.Network);
        _materials.Weights(_resnet.Network);
        _materials.Picture(_unet.Size);
    }

    [GlobalCleanup]
    public void RemoveFiles() => _materials.Dispose();

    [Benchmark(Baseline = true)]
    public double Version() => _command.Start("--version").Seconds;

    [Benchmark]
    public double Devices() => _command.Start("devices", "--json").Seconds;

    [Benchmark]
    public double TranslateResNet9() => _command.Run(_resnet, Way.Plain, _materials).Times[0];

    [Benchmark]
    public double TranslateUNet256() => _command.Run(_unet, Way.Plain, _materials).Times[0];
}
