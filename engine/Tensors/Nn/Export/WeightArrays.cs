using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>Converts a network's tensors to arrays of a file.</summary>
internal static class WeightArrays
{
    private const int KernelRank = 4;

    /// <summary>A tensor as an array; on request convolution weights as 16-bit floats; counters as 64-bit integers.</summary>
    public static NamedArray Of(string name, ModuleTensor tensor, bool half)
    {
        var values = tensor.Value.ToArray();
        return tensor.Role == TensorRole.Counter
            ? NamedArray.From(name, [], new[] { (long)values[0] })
            : Of(name, tensor.Shape.ToLongs(), values, half);
    }

    /// <exception cref="ExportException">a weight is out of the range of 16-bit floats, or all are too small for one</exception>
    public static NamedArray Of(string name, long[] shape, float[] values, bool half)
    {
        var array = NamedArray.From(name, shape, values);
        if (!half || shape.Length != KernelRank)
        {
            return array;
        }

        if (Array.Exists(values, value => !Half.IsFinite((Half)value)))
        {
            throw new ExportException(
                $"{name} holds values beyond ±{Half.MaxValue}, the most a 16-bit float can be: export without --half");
        }

        // A few that become 0 are in every trained network; where all do, the layer is lost.
        if (Array.Exists(values, value => value != 0) && Array.TrueForAll(values, value => (Half)value == Half.Zero))
        {
            throw new ExportException($"{name} holds only values that are 0 as 16-bit floats: export without --half");
        }

        return array.ToHalf();
    }
}
