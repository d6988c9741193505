using BenchmarkDotNet.Attributes;
using IlgpuGan.Benchmarks.Peers;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>Whole processes, from start to end.</summary>
public class StartupBenchmarks
{
    private readonly BenchmarkFiles _files = new();
    private readonly IlgpuGanRunner _command = new();
    private readonly Workload _unet = new(WorkKind.Translation, "unet256", 256, Environment.ProcessorCount, 1, 0);
    private readonly Workload _resnet = new(WorkKind.Translation, "resnet9", 256, Environment.ProcessorCount, 1, 0);

    [GlobalSetup]
    public void MakeFiles()
    {
        _files.Weights(_unet.Network);
        _files.Weights(_resnet.Network);
        _files.Picture(_unet.Size);
    }

    [GlobalCleanup]
    public void RemoveFiles() => _files.Dispose();

    [Benchmark(Baseline = true)]
    public double Version() => _command.Start("--version").Seconds;

    [Benchmark]
    public double Devices() => _command.Start("devices", "--json").Seconds;

    [Benchmark]
    public double TranslateResNet9() => _command.Run(_resnet, RunnerVariant.Default, _files).Times[0];

    [Benchmark]
    public double TranslateUNet256() => _command.Run(_unet, RunnerVariant.Default, _files).Times[0];
}
