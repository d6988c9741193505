using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// A gradient reduction in progress: the gradients of one optimiser's parameters, from the samples of this rank. A sample's bucket is added
/// to the bucket's tree once all of its gradients are known.
/// </summary>
/// <param name="optimizer">the optimiser whose gradients are reduced</param>
/// <param name="layout">the layout of its gradients</param>
/// <param name="share">the samples of this rank</param>
/// <param name="isBfloat16">whether sums are rounded to bfloat16</param>
/// <param name="device">the device that holds the gradients</param>
internal sealed class PendingReduction(Optimizer optimizer, GradientLayout layout, SampleShare share, bool isBfloat16, Device device)
{
    private readonly SampleTree[] _trees = [.. layout.Buckets.Select(_ => new SampleTree(share.Total, isBfloat16))];
    private readonly SampleContribution?[] _contributions = new SampleContribution?[Math.Max(share.Count, 1)];

    public Optimizer Optimizer => optimizer;

    public SampleTree Tree(int bucket) => _trees[bucket];

    /// <summary>Memory for the sum of a bucket: the first sample's row, whose own gradients are in the tree by then.</summary>
    public Memory<float> SumOf(int bucket) => Slice(_contributions[0]!.Row, bucket);

    /// <summary>Copies a sample's gradient of one parameter to the host; does nothing if there is none.</summary>
    /// <param name="number">index of the sample on this rank</param>
    /// <param name="parameter">index of the parameter</param>
    public void Add(int number, int parameter)
    {
        var sample = _contributions[number] ??= new SampleContribution(layout);
        if (!sample.Has[parameter] && Optimizer.GradientOf(optimizer.Parameters[parameter]) is { } gradient)
        {
            var (start, end) = (layout.Starts[parameter], layout.Starts[parameter + 1]);
            device.Download(gradient.Span, sample.Row.AsSpan(start, end - start));
            sample.Row[layout.Starts[^1] + parameter] = 1;
            (sample.Has[parameter], sample.Arrival[parameter]) = (true, ++sample.Arrived);
        }
    }

    /// <summary>
    /// The buckets in the order in which the first sample of this rank completed them, then those it never completed, then the counts.
    /// </summary>
    public IReadOnlyList<int> OrderOfArrival()
    {
        var arrivals = _contributions[0]!.Arrival;
        return [.. Enumerable.Range(0, layout.Buckets.Count).OrderBy(
            index => layout.Buckets[index] is { FirstParameter: var first, EndParameter: var end } && end > first
                ? arrivals[first..end].Max()
                : int.MaxValue)];
    }

    /// <summary>Copies those of a sample's gradients that <see cref="Add"/> has not taken yet.</summary>
    public void AddRemaining(int number)
    {
        for (var i = 0; i < optimizer.Parameters.Count; i++)
        {
            Add(number, i);
        }
    }

    /// <summary>Adds a sample's complete buckets to their trees, in the order of the buckets. Samples must be pushed in order.</summary>
    /// <param name="number">index of the sample on this rank</param>
    /// <param name="all">whether the sample has no further gradients: the remaining buckets then count as complete</param>
    /// <returns>the buckets that were added</returns>
    public IEnumerable<int> Push(int number, bool all)
    {
        var sample = _contributions[number]!;
        while (sample.Pushed < layout.Buckets.Count && (all || IsComplete(sample, layout.Buckets[sample.Pushed])))
        {
            if (number < share.Count)
            {
                _trees[sample.Pushed].Push(share.First + number, share.First + number + 1, Slice(sample.Row, sample.Pushed));
            }

            yield return sample.Pushed++;
        }

        if (all)
        {
            ReturnAdded();
        }
    }

    /// <summary>Ends the reduction: passes on the row with the sums of all buckets, then returns all rows to the layout.</summary>
    /// <param name="use">reads the row and may overwrite it</param>
    public void End(Action<float[]> use)
    {
        var row = _contributions[0]!.Row;
        use(row);
        foreach (var sample in _contributions)
        {
            if (sample is { IsReturned: false })
            {
                layout.Return(sample.Row);
            }
        }
    }

    private Memory<float> Slice(float[] row, int bucket) =>
        row.AsMemory(layout.Buckets[bucket].Start, layout.Buckets[bucket].End - layout.Buckets[bucket].Start);

    /// <summary>Whether all gradients of a bucket are known; the counts are complete at the end only.</summary>
    private static bool IsComplete(SampleContribution sample, GradientBucket bucket) =>
        bucket.EndParameter > bucket.FirstParameter && !sample.Has.AsSpan(bucket.FirstParameter..bucket.EndParameter).Contains(false);

    /// <summary>Returns the rows whose buckets were all added to other rows: those without a node in the tree of the counts.</summary>
    private void ReturnAdded()
    {
        for (var number = 1; number < share.Count; number++)
        {
            if (_contributions[number] is { IsReturned: false } sample && sample.Pushed == layout.Buckets.Count
                && _trees[^1].Nodes.All(node => node.First != share.First + number))
            {
                layout.Return(sample.Row);
                sample.IsReturned = true;
            }
        }
    }

    /// <summary>The gradients of one sample.</summary>
    private sealed class SampleContribution(GradientLayout layout)
    {
        public float[] Row { get; } = layout.Rent();

        /// <summary>By parameter: whether its gradient has arrived.</summary>
        public bool[] Has { get; } = new bool[layout.Starts.Length - 1];

        /// <summary>By parameter: the position of its gradient in the order of arrival, from 1; int.MaxValue − 1 if none arrived.</summary>
        public int[] Arrival { get; } = [.. Enumerable.Repeat(int.MaxValue - 1, layout.Starts.Length - 1)];

        public int Arrived { get; set; }

        /// <summary>Number of buckets that are in their trees.</summary>
        public int Pushed { get; set; }

        public bool IsReturned { get; set; }
    }
}
