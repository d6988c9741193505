using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices.Cpu;
using Perfolizer.Horology;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// <c>ops [--threads N] [--long] [--filter …]</c>: runs the benchmark classes of this folder; other options are BenchmarkDotNet's.
/// </summary>
internal static class OpsCommand
{
    public static Command Create()
    {
        var threads = PositiveOption.Of("--threads", "Threads of the engine.", Environment.ProcessorCount);
        var isLong = new Option<bool>("--long") { Description = "BenchmarkDotNet's own number of iterations instead of a short run." };
        var rest = new Argument<string[]>("options") { Description = "Options of BenchmarkDotNet, such as --filter '*Norm*' or " +
            "--list flat (after --, if this program has an option of that name)." };
        var command = new Command(
            "ops", "Times every kernel on the networks' shapes, some beside System.Numerics.Tensors and MathNet.") { threads, isLong,
            rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(
            parsed => Run(parsed.GetValue(threads), parsed.GetValue(isLong), [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens]));
        return command;
    }

    private static int Run(int threads, bool isLong, string[] options)
    {
        OpBenchmark.Threads = threads;
        var peak = Roofline.Measure(threads);
        Console.WriteLine(Invariant.Text(
            $"{threads} threads: {peak.FlopsPerSecond / 1e9:0} GFLOP/s, {peak.BytesPerSecond / 1e9:0} GB/s copied"));

        // In this process: building a project for each class takes minutes, and the kernels are marked for full optimisation anyway.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        job = isLong
            ? job.WithId("Long")
            : job.WithWarmupCount(1).WithIterationCount(4).WithIterationTime(TimeInterval.FromMilliseconds(60)).WithId("Short");
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Statistics)
            .AddColumn([.. RateColumn.All(peak)])
            .AddColumn(BaselineRatioColumn.RatioMean)
            .AddExporter(MarkdownExporter.GitHub)
            .AddValidator(BenchmarkDotNet.Validators.JitOptimizationsValidator.DontFailOnError)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(OpsCommand).Assembly).Run(options, config);
        return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
    }
}
