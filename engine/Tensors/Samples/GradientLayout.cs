using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// The layout of an optimiser's gradients in one flat array: all gradients in parameter order, then one number per parameter, the count
/// of samples that have a gradient of it. The array is cut into buckets, which are exchanged separately while the backward pass goes on.
/// The first reduction exchanges the last layers first, because the backward pass begins there; later ones use the order in which the
/// gradients of the first reduction became ready.
/// </summary>
internal sealed class GradientLayout
{
    /// <summary>Smallest bucket in elements (4 MiB): smaller messages cost more than they save.</summary>
    private const int MinBucketSize = 1 << 20;

    /// <summary>Number of buckets of a network too small for several of <see cref="MinBucketSize"/>.</summary>
    private const int MaxBucketsOfSmallNetwork = 4;

    private readonly Stack<float[]> _pool = [];

    public GradientLayout(IReadOnlyList<NamedTensor> parameters)
    {
        Starts = new int[parameters.Count + 1];
        for (var i = 0; i < parameters.Count; i++)
        {
            Starts[i + 1] = checked(Starts[i] + (int)parameters[i].Tensor.Shape.Count);
        }

        var minSize = Math.Min(MinBucketSize, Starts[^1] / MaxBucketsOfSmallNetwork);
        var buckets = new List<GradientBucket>();
        for (var end = parameters.Count; end > 0;)
        {
            var first = end - 1;
            while (first > 0 && Starts[end] - Starts[first] < minSize)
            {
                first--;
            }

            buckets.Add(new GradientBucket(first, end, Starts[first], Starts[end]));
            end = first;
        }

        buckets.Add(new GradientBucket(parameters.Count, parameters.Count, Starts[^1], Starts[^1] + parameters.Count));
        Buckets = buckets;
    }

    /// <summary>Offset of each parameter's gradient; the last entry is the offset of the counts.</summary>
    public int[] Starts { get; }

    /// <summary>The buckets in the order in which they are exchanged; the counts are the last one.</summary>
    public IReadOnlyList<GradientBucket> Buckets { get; private set; }

    /// <summary>Whether the order was taken from an earlier reduction; it is then final.</summary>
    public bool IsOrdered { get; private set; }

    /// <summary>Sets the order of exchange. Call it between reductions, with the same order on all ranks.</summary>
    /// <param name="order">indices of the present <see cref="Buckets"/>, each once</param>
    public void Order(IReadOnlyList<int> order) => (Buckets, IsOrdered) = ([.. order.Select(index => Buckets[index])], true);

    /// <summary>A zeroed array of this layout.</summary>
    public float[] Rent()
    {
        if (_pool.TryPop(out var row))
        {
            Array.Clear(row);
            return row;
        }

        return new float[Buckets[^1].End];
    }

    /// <summary>Returns an array for reuse by later samples and steps.</summary>
    public void Return(float[] row) => _pool.Push(row);
}

/// <summary>A run of adjacent parameters and of their elements in the flat array.</summary>
/// <param name="FirstParameter">index of the first parameter</param>
/// <param name="EndParameter">index after the last one; equal to <paramref name="FirstParameter"/> for the counts</param>
/// <param name="Start">offset of the first element</param>
/// <param name="End">offset after the last element</param>
internal readonly record struct GradientBucket(int FirstParameter, int EndParameter, int Start, int End);
