#:package IlgpuGan.Models@0.1.0
#:property PublishAot=false

// What a program can add to the library: functions and ops, pairs of pictures from anywhere, a measure that selects the best checkpoint.
// dotnet run own.cs [STEPS]. Run it again with more to continue the training.
var steps = args.Length > 0 ? long.Parse(args[0]) : 200;
using var device = Device.OpenBest();
using (device.Step())
{
    var x = Tensor.From([-1f, 0, 1], new Shape(3), device);
    x.RequiresGrad = true;
    x.TanhGate().Sum().Backward();
    Console.WriteLine($"slopes of x·tanh x at −1, 0 and 1: {string.Join("; ", x.Gradient!.ToArray().Select(slope => $"{slope:F3}"))}");
    Console.WriteLine($"bumps there: {string.Join("; ", x.Map<Bump>().ToArray().Select(y => $"{y:F3}"))}");
}

var options = new Pix2PixOptions
{
    Generator = GeneratorKind.UNet(5), Ngf = 8, Ndf = 8, LoadSize = Discs.Side, CropSize = Discs.Side, Steps = steps,
    KeepBest = BestMetric.L1, EvaluateFreq = 10,
};
var data = new RunData(new Discs(200, seed: 1), new Discs(8, seed: 2));
using var run = Directory.Exists("own")
    ? TrainingRun.Resume("own", o => o with { Steps = steps }, data, device)
    : TrainingRun.Create("own", options, data, device);
run.Metric = new Greenness();
run.Train();
Console.WriteLine($"best: {run.Best!.Metric} {run.Best.Value:F4} after {run.Best.Step} steps");

using var translator = Translator.Open(run.Directory.Best, device);
var scores = Evaluator.Run(translator, new Discs(20, seed: 3), [new Greenness()]);
Console.WriteLine($"of other discs: greenness {scores.Measures["greenness"]:F4}, L1 {scores.Mean.L1:F4}");
return 0;

/// <summary>Pairs of a disc's outline and the disc in green, which no file holds.</summary>
sealed class Discs(int count, ulong seed) : PairSource(new DataSettings { LoadSize = Side, CropSize = Side })
{
    public const int Side = 32;

    public override int Count => count;

    public override IReadOnlyList<string> Files => [];

    public override string NameOf(int index) => $"disc{index:D3}";

    protected override PicturePair LoadPair(int index, RandomSequence random)
    {
        var drawn = new RandomSequence(new RandomKey(seed, 1, (uint)index, 0)); // The same disc in each epoch.
        var (x, y, radius) = (drawn.Between(8, 24), drawn.Between(8, 24), drawn.Between(4, 8));
        return new PicturePair(
            Painted(distance => MathF.Abs(distance - radius) < 1 ? 0xFFFFFF : 0x000000),
            Painted(distance => distance < radius ? 0x00C800 : 0xE6E6FF), NameOf(index));

        Picture Painted(Func<float, int> colourAt)
        {
            var samples = new List<byte>();
            for (var i = 0; i < Side * Side; i++)
            {
                var (dx, dy) = ((i % Side) - x, (i / Side) - y);
                var colour = colourAt(MathF.Sqrt((dx * dx) + (dy * dy)));
                samples.AddRange([(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour]);
            }

            return new IlgpuGan.Imaging.Image(Side, Side, 3, [.. samples]);
        }
    }
}

/// <summary>How far the green of the outputs is from that of the targets, on the whole.</summary>
sealed class Greenness : PictureMetric
{
    public override string Name => "greenness";

    public override bool HigherIsBetter => false;

    public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device) =>
        Math.Abs(made.Average(GreenOf) - real.Average(GreenOf));

    private static double GreenOf(Picture picture)
    {
        var planes = new float[picture.Channels * picture.Width * picture.Height];
        picture.CopyTo(planes);
        return planes.Chunk(picture.Width * picture.Height).ElementAt(1).Average(v => (double)v);
    }
}

/// <summary>y = 1 / (1 + x²), compiled for every device.</summary>
struct Bump : IElementwise
{
    public static float Of(float x) => 1 / (1 + (x * x));

    public static Tensor Derivative(Tensor x) => x * -2 * x.Map<Bump>().Square();
}

/// <summary>y = x·tanh x: its forward by the device's kernels, its gradient in ops, which is differentiated again by itself.</summary>
sealed class TanhGate : Op
{
    public override string Name => "tanh_gate";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (x, shape) = (inputs[0].Span, inputs[0].Shape);
        using var gate = Tensor.Empty(shape, output.Device);
        kernels.Run(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, gate.Span));
        kernels.Run(new BinaryCall(BinaryFunction.Multiply, gate.Span, shape, x, shape, output.Span, shape));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => [inputs[0]];

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        if (!needs[0])
        {
            return [null];
        }

        var t = saved[0].Tanh();
        return [dy * (t + (saved[0] * (1 - t.Square())))];
    }
}

static class OwnOps
{
    public static Tensor TanhGate(this Tensor x) => Op.Run(new TanhGate(), x);
}
