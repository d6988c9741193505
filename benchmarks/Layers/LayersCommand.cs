using System.CommandLine;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;

namespace IlgpuGan.Benchmarks.Layers;

/// <summary>
/// <c>layers [--small] [--threads N] [--seconds S] [--batch N] [--only NAME] [--held] [--cold] [--winograd
/// Never|WhereFaster|WhereverPossible|WhereverPossibleOnFourPoints]</c>: the best time and speed of the three passes of each convolution
/// layer, and the algorithm used, as a Markdown table.
/// </summary>
internal static class LayersCommand
{
    public static Command Create()
    {
        var threads = PositiveOption.Of("--threads", "Threads.", 1);
        var seconds = PositiveOption.Of("--seconds", "Seconds for each pass of each layer.", 0.2);
        var batch = new Option<int?>("--batch") { Description = "Batch size (default: the one that each layer is trained with)." };
        var small = new Option<bool>("--small") { Description = "The layers of the families' small networks, of 16 to 64 pixels." };
        var only = new Option<string>("--only") { Description = "Layers with this in their names.", DefaultValueFactory = _ => "" };
        var winograd = new Option<WinogradUse>(
            "--winograd") { Description = "Where Winograd's algorithm is used.", DefaultValueFactory = _ => WinogradUse.WhereFaster };
        var held = new Option<bool>("--held") { Description = "Keep the weights unchanged from call to call, as in translation." };
        var cold = new Option<bool>(
            "--cold") { Description = "Empty the caches before each call, which is closer to a training step than calls in a row." };
        var command = new Command(
            "layers", "Times the three passes of each convolution of the networks.") { small, threads, seconds, batch, only, winograd, held,
            cold };
        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads), parsed.GetValue(winograd));
            var clock = new PassClock(parsed.GetValue(threads), parsed.GetValue(seconds), parsed.GetValue(cold));
            Run(
                device, clock, parsed.GetValue(small) ? SmallLayers.All : ConvolutionLayer.All, parsed.GetValue(batch),
                parsed.GetRequiredValue(only), parsed.GetValue(held));
        });
        return command;
    }

    private static void Run(CpuDevice device, PassClock clock, IReadOnlyList<ConvolutionLayer> layers, int? batch, string only, bool held)
    {
        Console.WriteLine(
            $"| {device.Description} | forward ms | GFLOP/s by | data gradient ms | GFLOP/s by | weight gradient ms | GFLOP/s by |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var layer in layers.Where(layer => layer.Name.Contains(only, StringComparison.Ordinal)))
        {
            Console.WriteLine($"| {layer.Name} | " +
                $"{string.Join(" | ", Time(device, layer.Geometry with { N = batch ?? layer.Batch }, layer.Transposed, clock, held))} |");
        }
    }

    private static IEnumerable<string> Time(Device device, ConvGeometry g, bool transposed, PassClock clock, bool held)
    {
        using var step = device.Step();
        var x = Random(device, (long)g.N * g.C * g.H * g.W);
        var w = Random(device, (long)g.K * g.C * g.KernelH * g.KernelW);
        var y = Random(device, (long)g.N * g.K * g.OutH * g.OutW);
        if (held)
        {
            device.Kernels.Hold(w);
        }

        Action forward = () => device.Kernels.Run(new Conv2dCall(x, w, null, y, g));
        Action data = () => device.Kernels.Run(new Conv2dInputGradientCall(y, w, null, x, g));
        Action weights = () => device.Kernels.Run(new Conv2dWeightGradientCall(x, y, w, g));
        foreach (var pass in transposed ? [data, forward, weights] : new[] { forward, data, weights })
        {
            var best = clock.Best(pass);
            var algorithm = AlgorithmNote.Latest?.Split(':')[0];
            yield return Invariant.Text($"{best * 1e3:F2} | {g.Flops / best / 1e9:F0} {algorithm}");
        }
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
