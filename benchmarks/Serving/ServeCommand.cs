using System.CommandLine;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using PictureFile = IlgpuGan.Models.Data.PictureFile;
using Invariant = IlgpuGan.Models.Data.Invariant;

namespace IlgpuGan.Benchmarks.Serving;

/// <summary>
/// <c>serve [--requests N] [--in-flight N] [--rounds N] [--threads N]</c>: pictures per second of a server under load, alternating with
/// forward passes of the same network alone. As Markdown.
/// </summary>
internal static class ServeCommand
{
    private const int Side = 256;
    private const int Pictures = 8;

    /// <summary>Forward passes between two loads.</summary>
    private const int Forwards = 40;

    private static readonly IlgpuGanRunner s_program = new();

    public static Command Create()
    {
        var requests = PositiveOption.Of("--requests", "Requests of each load.", 200);
        var inFlight = PositiveOption.Of("--in-flight", "Requests at the same time.", 16);
        var rounds = PositiveOption.Of("--rounds", "Loads of each kind, with forward passes between them.", 3);
        var threads = PositiveOption.Of("--threads", "Threads that compute.", Environment.ProcessorCount);
        var command = new Command(
            "serve", "Loads a server on this machine with requests, a fifth of them damaged or cut off, and times it beside 'bench infer'.")
        {
            requests, inFlight, rounds, threads,
        };
        command.SetAction((parsed, _) =>
            Run(parsed.GetValue(requests), parsed.GetValue(inFlight), parsed.GetValue(rounds), parsed.GetValue(threads)));
        return command;
    }

    private static async Task<int> Run(int requests, int inFlight, int rounds, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-serve-").FullName;
        try
        {
            Console.WriteLine(Machine.Measure([threads]));
            var (data, run) = (Path.Combine(folder, "data"), Path.Combine(folder, "run"));
            s_program.Start("data", "synth", "--out", data, "--count", $"{Pictures}", "--val", "1", "--size", $"{Side}", "--quiet");
            s_program.Start("train", "pix2pix", "--data", data, "--out", run, "--steps", "0", "--quiet");
            var pictures = Directory.GetFiles(Path.Combine(data, "train")).Order(StringComparer.Ordinal).Select(Input).ToList();

            using var server = ServerProcess.Start(run, threads);
            var load = new LoadGenerator(server.Page, Path.GetFileName(run), pictures, inFlight);
            await load.Prepare();
            List<double> alone = [Forward(threads)];
            var first = await load.Run(requests, withBroken: false); // Counted separately: a warm-up, as forward passes have.
            var memoryFirst = server.PeakMegabytes;
            List<LoadOutcome> whole = [], mixed = [];
            double processor = 0, clients = 0;
            for (var round = 0; round < rounds; round++)
            {
                alone.Add(Forward(threads));
                var (serverBefore, clientsBefore) = (server.ProcessorSeconds, OwnProcessorSeconds);
                whole.Add(await load.Run(requests, withBroken: false));
                processor += server.ProcessorSeconds - serverBefore;
                clients += OwnProcessorSeconds - clientsBefore;
                alone.Add(Forward(threads));
                mixed.Add(await load.Run(requests, withBroken: true));
            }

            alone.Add(Forward(threads));
            var memoryLast = server.PeakMegabytes;
            LoadOutcome[] loads = [first, .. whole, .. mixed];
            var (wrong, damaged, refused) = (loads.Sum(l => l.Wrong), mixed.Sum(l => l.Damaged), mixed.Sum(l => l.Refused));
            string Each(double seconds) => Invariant.Text($"{1e3 * seconds / (requests * rounds):0.0} ms");
            Console.WriteLine(Invariant.Text($"""

                | U-Net 256, {Side}², {threads} threads, {inFlight} requests at a time, PNG in and out | a second | of the forward passes |
                |---|---|---|
                | forward passes alone (`bench infer`), between the loads | {Spread(alone, "0.0")} | |
                | the first {requests} requests of a fresh server, right answers | {Rates([first], alone, at: 0)} |
                | {requests} requests | {Rates(whole, alone, at: 1)} |
                | {requests} requests, a tenth of them damaged and a tenth cut off | {Rates(mixed, alone, at: 2)} |

                - Processor time of a request: {Each(processor)} in the server, {Each(clients)} in the client.
                - {threads} times a forward pass: {1e3 * threads / Median(alone):0} ms.
                - Wrong answers: {wrong} of {loads.Sum(l => l.Right + l.Wrong)}.
                - Damaged requests that were refused as such: {refused} of {damaged}.
                - Most resident memory of the server: {memoryFirst:0} MB after the first load, {memoryLast:0} MB after the last.
                """));

            return wrong == 0 && refused == damaged ? 0 : 1;
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

    /// <summary>Processor time of this process: its clients share the machine with the server.</summary>
    private static double OwnProcessorSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>
    /// Two cells: right answers per second, and their share of the forward passes directly before and after each load. A machine's speed
    /// drifts by more than the server's overhead, so only adjacent measurements are comparable.
    /// </summary>
    /// <param name="loads">loads of the same kind</param>
    /// <param name="alone">forward passes per second, between all loads</param>
    /// <param name="at">index in <paramref name="alone"/> for the time before the first load; each further load's is two later</param>
    private static string Rates(IReadOnlyList<LoadOutcome> loads, IReadOnlyList<double> alone, int at)
    {
        var rates = loads.Select(l => l.Right / l.Seconds).ToList();
        var shares = rates.Select((rate, n) => 200 * rate / (alone[at + (2 * n)] + alone[at + (2 * n) + 1])).ToList();
        return $"{Spread(rates, "0.0")} | {Spread(shares, "0")} %";
    }

    /// <summary>The median, and the range if there are several values.</summary>
    private static string Spread(IReadOnlyList<double> values, string format)
    {
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return values.Count == 1 ? Text(values[0]) : $"{Text(Median(values))} ({Text(values.Min())} to {Text(values.Max())})";
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>A pair's left half, as a PNG: the input size of the forward passes.</summary>
    private static byte[] Input(string pair) => PictureFile.EncodePng(PictureFile.Load(pair).Crop(0, 0, Side, Side), pair);

    /// <summary>Forward passes per second, from their median time.</summary>
    private static double Forward(int threads)
    {
        var sample = Sample.Parse(s_program.Start(
            "bench", "infer", "--workload", "unet256", "--size", $"{Side}", "--device", "cpu", "--threads", $"{threads}", "--steps",
            $"{Forwards}", "--json").Line);
        return 1 / Median(sample.Times);
    }
}
