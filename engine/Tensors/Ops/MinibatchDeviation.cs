namespace IlgpuGan.Tensors.Ops;

public static partial class TensorOps
{
    /// <summary>
    /// Minibatch standard deviation (Karras et al. 2018, section 3): appends a channel that measures how much the images of a batch differ.
    /// Image n belongs to group n mod (N / group). The standard deviation of each feature over a group, averaged over all features and
    /// positions, fills the channel of the group's images.
    /// </summary>
    /// <param name="x">[N, C, …]; N is at most the group, or a multiple of it</param>
    /// <param name="group">images of a group; N if it is smaller</param>
    /// <param name="epsilon">added to the variance</param>
    /// <returns>[N, C + 1, …]</returns>
    public static Tensor MinibatchDeviation(this Tensor x, int group = 4, float epsilon = 1e-8f)
    {
        ArgumentNullException.ThrowIfNull(x);
        var s = x.Shape;
        var size = s.Rank < 2 || s.Count == 0 ? 0 : Math.Min(group, s[0]);
        if (size < 1 || s[0] % size != 0)
        {
            throw new ShapeException($"minibatch_deviation: the images of {s} do not divide into groups of {group}");
        }

        var groups = s[0] / size;
        using var rows = x.Reshape(size, groups, -1);
        using var mean = rows.Mean([0], keepDims: true);
        using var centred = rows.Subtract(mean);
        using var squares = centred.Square();
        using var variance = squares.Mean([0], keepDims: true);
        using var shifted = variance.Affine(1, epsilon);
        using var deviations = shifted.Sqrt();
        using var deviation = deviations.Mean([2], keepDims: true);
        using var maps = deviation.Expand(size, groups, Extents.Of("minibatch_deviation", s.Count / ((long)s[0] * s[1]), s));
        using var channel = maps.Reshape(s.With(1, 1));
        return Concat(1, x, channel);
    }
}
