using System.CommandLine;
using System.Globalization;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using PictureFile = IlgpuGan.Models.Data.PictureFile;

namespace IlgpuGan.Benchmarks.Serving;

/// <summary>
/// <c>serve [--requests N] [--in-flight N] [--threads N]</c>: pictures a second of a server under load, beside the forward passes of the
/// same network alone. As Markdown tables.
/// </summary>
internal static class ServeCommand
{
    private const int Side = 256;
    private const int Pictures = 8;

    /// <summary>Forward passes, before and after the server's turn.</summary>
    private const int Forwards = 40;

    private static readonly IlgpuGanContestant s_program = new();

    public static Command Create()
    {
        var requests = PositiveOption.Of("--requests", "Requests of each load.", 200);
        var inFlight = PositiveOption.Of("--in-flight", "Requests at the same time.", 16);
        var threads = PositiveOption.Of("--threads", "Threads that compute.", Environment.ProcessorCount);
        var command = new Command(
            "serve", "Loads a server on this machine with requests, a fifth of them broken or cut off, and times it beside 'bench infer'.")
        {
            requests, inFlight, threads,
        };
        command.SetAction((parsed, _) =>
            Run(parsed.GetValue(requests), parsed.GetValue(inFlight), parsed.GetValue(threads)));
        return command;
    }

    private static async Task<int> Run(int requests, int inFlight, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-serve-").FullName;
        try
        {
            Console.WriteLine(Machine.Look([threads]));
            var (data, run) = (Path.Combine(folder, "data"), Path.Combine(folder, "run"));
            Start("data", "synth", "--out", data, "--count", $"{Pictures}", "--val", "1", "--size", $"{Side}", "--quiet");
            Start("train", "pix2pix", "--data", data, "--out", run, "--steps", "0", "--quiet");
            var pictures = Directory.GetFiles(Path.Combine(data, "train")).Order(StringComparer.Ordinal).Select(Input).ToList();

            var before = Forward(threads);
            using var server = ServerProcess.Start(run, threads);
            var load = new Load(server.Page, Path.GetFileName(run), pictures, inFlight);
            await load.Prepare();
            var first = await load.Run(requests, withBroken: false); // Apart: forward passes have steps to warm up, too.
            var memoryFirst = server.PeakMegabytes;
            var processorBefore = server.ProcessorSeconds;
            var whole = await load.Run(requests, withBroken: false);
            var processor = server.ProcessorSeconds - processorBefore;
            var mixed = await load.Run(requests, withBroken: true);
            var memoryLast = server.PeakMegabytes;
            var after = Forward(threads);

            var alone = 1 / Math.Min(before, after);
            LoadOutcome[] loads = [first, whole, mixed];
            var wrong = loads.Sum(l => l.Wrong);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

                | U-Net 256, {Side}², {threads} threads | |
                |---|---|
                | forward passes alone (`bench infer`, median before and after) | {1 / before:0.0} and {1 / after:0.0} a second |
                | the first {requests} requests of a fresh server, {inFlight} at a time: PNG in, PNG out | {Rate(first, alone)} |
                | the next {requests} requests | {Rate(whole, alone)} |
                | processor time of each, beside {threads} times a forward pass | {Each(processor)}, {Each(requests * threads / alone)} |
                | the same, a tenth of them damaged and a tenth cut off | {Rate(mixed, alone)} |
                | answers that were wrong, of {loads.Sum(l => l.Right + l.Wrong)} | {wrong} |
                | damaged requests that were refused as such, of {mixed.Damaged} | {mixed.Refused} |
                | most resident memory of the server, after the first load and after the last | {memoryFirst:0} MB and {memoryLast:0} MB |
                """));
            string Each(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{1e3 * seconds / requests:0.0} ms");

            return wrong == 0 && mixed.Refused == mixed.Damaged ? 0 : 1;
        }
        catch (PeerException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Rate(LoadOutcome load, double alone) => string.Create(
        CultureInfo.InvariantCulture,
        $"{load.Right / load.Seconds:0.0} right answers a second, {100 * load.Right / load.Seconds / alone:0} % of that");

    /// <summary>A pair's left half, as a PNG: as many pixels as the forward passes have.</summary>
    private static byte[] Input(string pair) => PictureFile.EncodePng(PictureFile.Load(pair).Cropped(0, 0, Side, Side), pair);

    /// <summary>Median seconds of a forward pass.</summary>
    private static double Forward(int threads)
    {
        var sample = Sample.Parse(s_program.Start(
            "bench", "infer", "--workload", "unet256", "--size", $"{Side}", "--device", "cpu", "--threads", $"{threads}", "--steps",
            $"{Forwards}", "--json").Line);
        double[] times = [.. sample.Times.Order()];
        return times[times.Length / 2];
    }

    private static void Start(params string[] arguments) => s_program.Start(arguments);
}
