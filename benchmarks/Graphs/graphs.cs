#:package Microsoft.ML.OnnxRuntime
#:project ../../models/Models.csproj
#:property PublishAot=false
#:property JsonSerializerIsReflectionEnabledByDefault=true

// Runs the ONNX graphs of a folder here and in ONNX Runtime, in turn, and prints a Markdown table:
// dotnet run -c Release graphs.cs FOLDER [THREADS]
using System.Diagnostics;
using System.Globalization;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Import;
using Microsoft.ML.OnnxRuntime;

const int Rounds = 7;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 1 or > 2 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("Name a folder of ONNX graphs, and the threads: dotnet run -c Release graphs.cs FOLDER [THREADS]");
    return 2;
}

var threads = args.Length > 1 ? int.Parse(args[1]) : 1;
using var device = Device.Open("cpu", threads);
Console.WriteLine("| graph | nodes | takes | largest difference | ms here, min / median | ms of ONNX Runtime | ratio of minima |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var path in Directory.GetFiles(args[0], "*.onnx").Order(StringComparer.Ordinal))
{
    var name = Path.GetFileNameWithoutExtension(path)[3..];
    try
    {
        Console.WriteLine($"| {name} | {Row(path)} |");
    }
    catch (Exception refusal) when (refusal is GraphException or ShapeException)
    {
        Console.WriteLine($"| {name} | does not run: {refusal.Message.Replace(path, "", StringComparison.Ordinal)} |||||");
    }
}

return 0;

string Row(string path)
{
    using var settings = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
    using var session = new InferenceSession(path, settings);
    var (input, meta) = session.InputMetadata.First();
    var random = new Random(1);
    float[] values = [.. Enumerable.Range(0, meta.Dimensions.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextSingle())];
    using var given = OrtValue.CreateTensorValueFromMemory(values, [.. meta.Dimensions.Select(d => (long)d)]);
    using var options = new RunOptions();
    string[] outputs = [session.OutputMetadata.First().Key];

    var network = GraphNetwork.Read(path).To(device);
    network.Eval();
    var (ours, theirs) = (new List<double>(), new List<double>());
    float[] made = [], expected = [];
    using var noGrad = GradMode.NoGrad();
    for (var i = 0; i <= Rounds; i++)
    {
        var clock = Stopwatch.StartNew();
        using (var step = device.Step())
        {
            made = network.Forward(Tensor.From(values, new Shape(meta.Dimensions), device))[0].ToArray();
        }

        var here = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        using (var results = session.Run(options, [input], [given], outputs))
        {
            expected = results[0].GetTensorDataAsSpan<float>().ToArray();
        }

        if (i > 0) // The first round is a warm-up.
        {
            ours.Add(here);
            theirs.Add(clock.Elapsed.TotalMilliseconds);
        }
    }

    var largest = made.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
    return $"{network.NodeCount} | {string.Join('×', meta.Dimensions)} | {largest:0.0e-0} | {Times(ours)} | {Times(theirs)} | " +
        $"{theirs.Min() / ours.Min():F2}×";

    static string Times(List<double> all) => $"{all.Min():F1} / {all.Order().ElementAt(Rounds / 2):F1}";
}
