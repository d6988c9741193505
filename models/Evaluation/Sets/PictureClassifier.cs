using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// An image classifier trained on real pictures, to check whether generated pictures show the requested class. The same pictures and seed
/// give the same classifier.
/// </summary>
internal sealed class PictureClassifier
{
    private const int Steps = 300;
    private const int BatchSize = 16;
    private const float LearningRate = 2e-3f;

    /// <summary>A separate random stream, independent of what else is drawn with the seed.</summary>
    private const uint Stream = 0xC1A5;

    private readonly PictureNetwork _network;
    private readonly Device _device;

    private PictureClassifier(PictureNetwork network, Device device) => (_network, _device) = (network, device);

    /// <param name="pictures">real pictures of equal size</param>
    /// <param name="classes">the class of each, from 0</param>
    /// <param name="device">the device to train on</param>
    /// <param name="seed">seed of initial weights, order and mirroring</param>
    /// <exception cref="ArgumentException">
    /// pictures and classes differ in number, or there are fewer than two classes, or the pictures do not share one size of at least 16x16
    /// pixels
    /// </exception>
    public static PictureClassifier Train(
        IReadOnlyList<Picture> pictures, IReadOnlyList<int> classes, Device device, ulong seed = 1,
        CancellationToken cancellation = default)
    {
        if (pictures.Count != classes.Count || classes.Distinct().Count() < 2)
        {
            throw new ArgumentException(
                "a classifier needs a class for each picture, and at least two different ones; "
                + $"there are {pictures.Count} pictures, {classes.Count} classes, {classes.Distinct().Count()} of them different");
        }

        var (width, height, channels) = (pictures[0].Width, pictures[0].Height, pictures[0].Channels);
        if (!pictures.All(p => Diversity.IsLike(p, pictures[0])) || Math.Min(width, height) < PictureNetwork.LeastSide)
        {
            const int least = PictureNetwork.LeastSide;
            throw new ArgumentException($"a classifier needs pictures of one size, {least}x{least} or more");
        }

        var network = new PictureNetwork(channels, classes.Max() + 1).Initialize(seed, Initialization.Kaiming).To(device);
        var adam = new Adam(network.Parameters, LearningRate);
        var random = new RandomSequence(new RandomKey(seed, Stream, 0, 0));
        for (var i = 0; i < Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();
            adam.LearningRate = LearningRate * 0.5f * (1 + MathF.Cos(MathF.PI * i / Steps));
            (Picture Picture, int Index)[] drawn = [.. Enumerable.Range(0, BatchSize).Select(_ => PictureNetwork.Drawn(pictures, random))];
            var logits = network.Forward(Array.ConvertAll(drawn, d => d.Picture).ToTensor(device));
            adam.Minimize(logits.CrossEntropy(Array.ConvertAll(drawn, d => classes[d.Index])));
        }

        return new PictureClassifier(network.Eval(), device);
    }

    /// <summary>The features before the last layer.</summary>
    public float[] Features(Picture picture)
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        return _network.Features(picture.ToTensor(_device)).ToArray();
    }

    /// <summary>The most likely class of a picture, which has the size of the training pictures.</summary>
    public int Classify(Picture picture)
    {
        var logits = Logits(picture);
        return Array.IndexOf(logits, logits.Max());
    }

    /// <summary>Probability of each class.</summary>
    public double[] Probabilities(Picture picture)
    {
        var logits = Logits(picture);
        var greatest = logits.Max();
        var shares = Array.ConvertAll(logits, logit => Math.Exp(logit - greatest));
        var sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }

    private float[] Logits(Picture picture)
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        return _network.Forward(picture.ToTensor(_device)).ToArray();
    }
}
