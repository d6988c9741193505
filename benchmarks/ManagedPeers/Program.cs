using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using IlgpuGan.ManagedPeers;

Option<int> Number(string name, int value) => new(name) { DefaultValueFactory = _ => value };

Option<int> size = Number("--size", 256), threads = Number("--threads", 1), steps = Number("--steps", 5), warmup = Number("--warmup", 2),
    batch = Number("--batch", 1);
var seconds = new Option<double>("--seconds") { Description = "Least duration of the warm-up, and again of the timed steps." };
var workload = new Option<string>("--workload") { Description = "pix2pix, cyclegan, dcgan, unet256 or resnet9.", Required = true };
var flat = new Option<bool>("--flat") { Description = "All weights in one tensor for the optimiser, as no user has them." };
var step = new Command("step", "Times steps of TorchSharp; prints one JSON line.")
{
    workload, size, batch, threads, steps, warmup, seconds, flat,
};
step.SetAction(parsed =>
{
    TorchSharp.torch.set_num_threads(parsed.GetValue(threads));
    var work = TorchWork.Of(parsed.GetValue(workload)!, parsed.GetValue(size), parsed.GetValue(batch), parsed.GetValue(flat));
    var times = Repeats.Time(work.Step, parsed.GetValue(steps), parsed.GetValue(warmup), parsed.GetValue(seconds));
    Repeats.Print(times, TorchWork.Version, parameters: work.Parameters);
});

var model = new Argument<string>("model");
var example = new Option<string[]>("--example")
{
    Description = "Files of an input and of the expected output, raw float32.", AllowMultipleArgumentsPerToken = true,
};
var onnx = new Command("onnx", "Times forwards of ONNX Runtime; prints one JSON line.")
{
    model, size, threads, steps, warmup, seconds, example,
};
onnx.SetAction(parsed =>
{
    using var forward = new OnnxForward(parsed.GetValue(model)!, parsed.GetValue(size), parsed.GetValue(threads));
    var difference = parsed.GetValue(example) is [var input, var expected] ? forward.Difference(input, expected) : (double?)null;
    var times = Repeats.Time(forward.Run, parsed.GetValue(steps), parsed.GetValue(warmup), parsed.GetValue(seconds));
    Repeats.Print(times, OnnxForward.Version, difference: difference);
});

var rest = new Argument<string[]>("options") { Description = "Options of BenchmarkDotNet, such as --filter '*Norm*'." };
var compare = new Command("compare", "Times the engine and TorchSharp in one process, by BenchmarkDotNet.") { threads, rest };
compare.TreatUnmatchedTokensAsErrors = false;
compare.SetAction(parsed =>
{
    BesideTorch.Threads = parsed.GetValue(threads);
    var config = DefaultConfig.Instance
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(8))
        .WithOptions(ConfigOptions.DisableOptimizationsValidator);
    string[] options = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
    var summaries = BenchmarkSwitcher.FromAssembly(typeof(BesideTorch).Assembly).Run(options, config);
    return summaries.Any(summary => summary.Reports.Any(report => !report.Success)) ? 1 : 0;
});

return new RootCommand("The peers that a .NET user would pick: TorchSharp and ONNX Runtime.") { step, onnx, compare }
    .Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).Invoke();
