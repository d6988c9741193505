using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Accuracy of a classifier that distinguishes generated from real pictures.</summary>
/// <param name="Accuracy">share of held-out pictures classified correctly; 0.5 is chance, and the best that a generator can reach</param>
/// <param name="Low">lower end of Wilson's 95 % interval of the accuracy</param>
/// <param name="High">upper end</param>
/// <param name="PValue">probability of at least this accuracy by guessing (exact binomial test)</param>
/// <param name="Pictures">number of held-out pictures, half of them real</param>
internal sealed record TwoSampleResult(double Accuracy, double Low, double High, double PValue, int Pictures);

/// <summary>
/// The classifier two-sample test (Lopez-Paz and Oquab 2017): a small network learns to tell real from generated pictures on one half of
/// them and is tested on the other half. The same pictures and seed give the same result.
/// </summary>
internal static class TwoSampleTest
{
    /// <summary>Smallest number of pictures in each set.</summary>
    public const int LeastPictures = 4;

    private const int Steps = 200;
    private const int BatchOfEach = 8;
    private const float LearningRate = 1e-3f;
    private const double NormalQuantile = 1.959964;

    /// <summary>A separate random stream, independent of what else is drawn with the seed.</summary>
    private const uint Stream = 0xC257;

    /// <param name="outputs">generated pictures</param>
    /// <param name="real">real pictures. The larger set is truncated to the size of the smaller one</param>
    /// <param name="device">the device to train on</param>
    /// <param name="seed">seed of the halves, the initial weights, the order and the flips</param>
    /// <exception cref="ArgumentException">
    /// a set has fewer than four pictures, or the pictures do not share one size of at least 16 pixels a side
    /// </exception>
    public static TwoSampleResult Run(
        IReadOnlyList<Picture> outputs, IReadOnlyList<Picture> real, Device device, ulong seed = 1,
            CancellationToken cancellation = default)
    {
        var count = Math.Min(outputs.Count, real.Count);
        var all = outputs.Concat(real).ToList();
        const int side = PictureNetwork.LeastSide;
        if (count < LeastPictures || !all.All(p => Diversity.IsLike(p, all[0])) || Math.Min(all[0].Width, all[0].Height) < side)
        {
            throw new ArgumentException(
                $"the two-sample test needs at least {LeastPictures} pictures in both sets, of one size, {side}x{side} or more");
        }

        var (made, wanted) = (Shuffled(outputs, seed, set: 0)[..count], Shuffled(real, seed, set: 1)[..count]);
        var half = count / 2;
        var classifier = Train([.. made[..half]], [.. wanted[..half]], device, seed, cancellation);
        var (tested, right) = (0, 0);
        foreach (var (picture, isReal) in made[half..].Select(p => (p, false)).Concat(wanted[half..].Select(p => (p, true))))
        {
            using var step = device.Step();
            using var noGrad = GradMode.NoGrad();
            tested++;
            right += classifier.Forward(picture.ToTensor(device)).Item() > 0 == isReal ? 1 : 0;
        }

        var (low, high) = WilsonInterval(right, tested);
        return new TwoSampleResult((double)right / tested, low, high, BinomialTail(right, tested), tested);
    }

    /// <summary>Wilson's 95 % interval of the proportion k / n.</summary>
    internal static (double Low, double High) WilsonInterval(int k, int n)
    {
        const double z = NormalQuantile;
        var p = (double)k / n;
        var centre = (p + (z * z / (2 * n))) / (1 + (z * z / n));
        var reach = z / (1 + (z * z / n)) * Math.Sqrt((p * (1 - p) / n) + (z * z / (4.0 * n * n)));
        return (Math.Max(0, centre - reach), Math.Min(1, centre + reach));
    }

    /// <summary>Probability of at least k heads in n tosses of a fair coin.</summary>
    internal static double BinomialTail(int k, int n)
    {
        var (tail, logarithm) = (0.0, -n * Math.Log(2)); // of C(n, 0) / 2ⁿ
        for (var i = 0; i <= n; i++)
        {
            tail += i >= k ? Math.Exp(logarithm) : 0;
            logarithm += Math.Log((double)(n - i) / (i + 1));
        }

        return Math.Min(1, tail);
    }

    private static PictureNetwork Train(
        IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device, ulong seed, CancellationToken cancellation)
    {
        var network = new PictureNetwork(made[0].Channels, outputs: 1).Initialize(seed, Initialization.Kaiming).To(device);
        var adam = new Adam(network.Parameters, LearningRate);
        var random = new RandomSequence(new RandomKey(seed, Stream, 2, 0));
        var batch = Math.Min(BatchOfEach, made.Count);
        for (var i = 0; i < Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();
            var scores = network.Forward(Batch(made, real, batch, random, device));
            var answers =
                Tensor.From([.. Enumerable.Range(0, 2 * batch).Select(n => n < batch ? 0f : 1f)], new Shape(2 * batch, 1), device);
            adam.Minimize(scores.BceWithLogits(answers));
        }

        return network.Eval();
    }

    /// <summary>A batch of generated pictures, then as many real ones, drawn at random with random flips.</summary>
    private static Tensor Batch(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, int count, RandomSequence random, Device device)
    {
        Picture[] drawn = [.. Enumerable.Range(0, 2 * count).Select(i => PictureNetwork.Drawn(i < count ? made : real, random).Picture)];
        return drawn.ToTensor(device);
    }

    private static List<Picture> Shuffled(IReadOnlyList<Picture> pictures, ulong seed, uint set)
    {
        var order = pictures.ToArray();
        new RandomSequence(new RandomKey(seed, Stream, set, 0)).Shuffle(order.AsSpan());
        return [.. order];
    }
}
