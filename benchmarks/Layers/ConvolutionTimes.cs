using System.Diagnostics;
using System.Globalization;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Benchmarks.Layers;

/// <summary>
/// <c>layers [--threads N] [--seconds S] [--batch N] [--only NAME] [--winograd Never|WhereFaster|WhereverPossible]</c>: the best time and speed of each convolution layer's three passes, as a Markdown table.
/// One thread is timed by the processor time it used, which other programs disturb less than the clock on the wall. Names, passes and the counting of operations are those of the PyTorch peer, so rows can be laid side by side.
/// </summary>
internal static class ConvolutionTimes
{
    public static int Run(string[] args)
    {
        var threads = int.Parse(Option(args, "--threads", "1"), CultureInfo.InvariantCulture);
        var seconds = double.Parse(Option(args, "--seconds", "0.2"), CultureInfo.InvariantCulture);
        var batch = int.Parse(Option(args, "--batch", "1"), CultureInfo.InvariantCulture);
        var only = Option(args, "--only", "");
        using var device = new CpuDevice(threads, Enum.Parse<WinogradUse>(Option(args, "--winograd", nameof(WinogradUse.WhereFaster)), ignoreCase: true));
        Console.WriteLine($"| {device.Description} | forward ms | GFLOP/s | data gradient ms | GFLOP/s | weight gradient ms | GFLOP/s |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var layer in ConvolutionLayer.All.Where(layer => layer.Name.Contains(only, StringComparison.Ordinal)))
        {
            Console.WriteLine($"| {layer.Name} | {string.Join(" | ", Time(device, layer.Geometry with { N = batch }, layer.Transposed, threads, seconds))} |");
        }

        return 0;
    }

    private static string Option(string[] args, string name, string otherwise) =>
        Array.IndexOf(args, name) is >= 0 and var i ? args[i + 1] : otherwise;

    private static IEnumerable<string> Time(Device device, ConvGeometry g, bool transposed, int threads, double seconds)
    {
        using var step = device.Step();
        var x = Random(device, (long)g.N * g.C * g.H * g.W);
        var w = Random(device, (long)g.K * g.C * g.KernelH * g.KernelW);
        var y = Random(device, (long)g.N * g.K * g.OutH * g.OutW);
        Action forward = () => device.Kernels.Conv2d(x, w, null, y, g);
        Action data = () => device.Kernels.Conv2dInputGradient(y, w, null, x, g);
        Action weights = () => device.Kernels.Conv2dWeightGradient(x, y, w, g);
        foreach (var pass in transposed ? [data, forward, weights] : new[] { forward, data, weights })
        {
            var best = Best(pass, threads, seconds);
            yield return string.Create(CultureInfo.InvariantCulture, $"{best * 1e3:F2} | {g.Flops / best / 1e9:F0}");
        }
    }

    private static double Best(Action pass, int threads, double seconds)
    {
        pass();
        var best = double.MaxValue;
        var clock = Stopwatch.StartNew();
        for (var runs = 0; runs < 3 || clock.Elapsed.TotalSeconds < seconds; runs++)
        {
            var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            pass();
            var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Min(best, threads == 1 ? Math.Min(wall, (Environment.CpuUsage.TotalTime - used).TotalSeconds) : wall);
        }

        return best;
    }

    private static DeviceSpan Random(Device device, long count)
    {
        var random = new Random(1);
        var numbers = new float[count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (random.NextSingle() - 0.5f) * 0.1f;
        }

        var span = new DeviceSpan(device.Allocate(count), 0, count);
        device.Upload(numbers, span);
        return span;
    }
}
