namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// A small convolutional classifier: four strided layers, global average pooling, a linear layer. [N, C, H, W] to [N, outputs].
/// </summary>
internal sealed class PictureNetwork : Layer
{
    /// <summary>Smallest side of a picture in pixels: four downsamplings leave one.</summary>
    public const int LeastSide = 16;

    private static readonly int[] s_widths = [16, 32, 64, 64];

    private readonly Sequential _features = new();
    private readonly Linear _score;

    public PictureNetwork(int channels, int outputs)
    {
        var width = channels;
        foreach (var next in s_widths)
        {
            _features.Append(new Conv2d(width, next, 4, 2, 1, bias: false)).Append(new BatchNorm2d(next)).Append(new LeakyRelu());
            width = next;
        }

        Add("features", _features);
        _score = Add("score", new Linear(width, outputs));
    }

    /// <summary>A random picture of a set with a random flip, and its index.</summary>
    public static (Picture Picture, int Index) Drawn(IReadOnlyList<Picture> set, RandomSequence random)
    {
        var index = random.NextInt(set.Count);
        return (random.Chance(0.5f) ? set[index].FlipHorizontally() : set[index], index);
    }

    public override Tensor Forward(Tensor x)
    {
        using var mean = Features(x);
        return _score.Forward(mean);
    }

    /// <summary>[N, C, H, W] to the features before the last layer, [N, 64].</summary>
    public Tensor Features(Tensor x)
    {
        using var features = _features.Forward(x);
        return features.Mean([2, 3]);
    }
}
