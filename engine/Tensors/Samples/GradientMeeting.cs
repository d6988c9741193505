using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// A meeting of the gradients of one optimiser's parameters: what the samples of this rank have brought so far. A piece is added to its
/// tree when the sample has the last of its gradients.
/// </summary>
/// <param name="optimizer">whose parameters</param>
/// <param name="layout">of their gradients</param>
/// <param name="share">the samples of this rank</param>
/// <param name="isShort">whether sums are rounded</param>
/// <param name="device">where gradients are</param>
internal sealed class GradientMeeting(Optimizer optimizer, GradientLayout layout, SampleShare share, bool isShort, Device device)
{
    private readonly SampleTree[] _trees = [.. layout.Pieces.Select(_ => new SampleTree(share.Total, isShort))];
    private readonly Bringing?[] _brought = new Bringing?[Math.Max(share.Count, 1)];

    public Optimizer Optimizer => optimizer;

    /// <summary>The tree of a piece.</summary>
    public SampleTree Tree(int piece) => _trees[piece];

    /// <summary>Where the sum of a piece goes: to the first sample's row, whose own numbers are in the tree by then.</summary>
    public Memory<float> SumOf(int piece) => Slice(_brought[0]!.Row, piece);

    /// <summary>Takes a gradient of a sample.</summary>
    /// <param name="number">of the sample here</param>
    /// <param name="parameter">whose gradient; nothing where it has none</param>
    public void Bring(int number, int parameter)
    {
        var sample = _brought[number] ??= new Bringing(layout);
        if (!sample.Has[parameter] && GradientOf(optimizer.Parameters[parameter]) is { } gradient)
        {
            var (start, end) = (layout.Starts[parameter], layout.Starts[parameter + 1]);
            device.Download(gradient.Span, sample.Row.AsSpan(start, end - start));
            sample.Row[layout.Starts[^1] + parameter] = 1;
            (sample.Has[parameter], sample.Latest[parameter]) = (true, ++sample.Arrived);
        }
    }

    /// <summary>
    /// The pieces in the order in which the first sample here had them; behind the others those that it never had, and the counts.
    /// </summary>
    public IReadOnlyList<int> OrderOfArrival()
    {
        var latest = _brought[0]!.Latest;
        return [.. Enumerable.Range(0, layout.Pieces.Count).OrderBy(
            place => layout.Pieces[place] is { FirstParameter: var first, EndParameter: var end } && end > first
                ? latest[first..end].Max()
                : int.MaxValue)];
    }

    /// <summary>Takes what a sample has not brought yet.</summary>
    public void BringRest(int number)
    {
        for (var i = 0; i < optimizer.Parameters.Count; i++)
        {
            Bring(number, i);
        }
    }

    /// <summary>Adds a sample's next pieces to their trees, as far as they are whole; in the pieces' order, and the samples'.</summary>
    /// <param name="number">of the sample here</param>
    /// <param name="all">whether it brings no more</param>
    /// <returns>the pieces</returns>
    public IEnumerable<int> Push(int number, bool all)
    {
        var sample = _brought[number]!;
        while (sample.Pieces < layout.Pieces.Count && (all || IsWhole(sample, layout.Pieces[sample.Pieces])))
        {
            if (number < share.Count)
            {
                _trees[sample.Pieces].Push(share.First + number, share.First + number + 1, Slice(sample.Row, sample.Pieces));
            }

            yield return sample.Pieces++;
        }

        if (all)
        {
            ReturnAdded();
        }
    }

    /// <summary>The sums of all pieces, divided by the number of samples; then nothing is left here.</summary>
    /// <param name="use">reads the means</param>
    public void End(Action<float[]> use)
    {
        var row = _brought[0]!.Row;
        use(row);
        foreach (var sample in _brought)
        {
            if (sample is { IsReturned: false })
            {
                layout.Return(sample.Row);
            }
        }
    }

    private Memory<float> Slice(float[] row, int piece) =>
        row.AsMemory(layout.Pieces[piece].Start, layout.Pieces[piece].End - layout.Pieces[piece].Start);

    /// <summary>Counts are whole at the end only.</summary>
    private static bool IsWhole(Bringing sample, GradientPiece piece) =>
        piece.EndParameter > piece.FirstParameter && !sample.Has.AsSpan(piece.FirstParameter..piece.EndParameter).Contains(false);

    /// <summary>Rows that have been added to others, in all of their pieces: those that the counts' tree has no node for.</summary>
    private void ReturnAdded()
    {
        for (var number = 1; number < share.Count; number++)
        {
            if (_brought[number] is { IsReturned: false } sample && sample.Pieces == layout.Pieces.Count
                && _trees[^1].Nodes.All(node => node.First != share.First + number))
            {
                layout.Return(sample.Row);
                sample.IsReturned = true;
            }
        }
    }

    private static Tensor? GradientOf(NamedTensor parameter) => parameter.Tensor.RequiresGrad ? parameter.Value.Gradient : null;

    /// <summary>What a sample has brought.</summary>
    private sealed class Bringing(GradientLayout layout)
    {
        public float[] Row { get; } = layout.Take();

        /// <summary>Whether there is a gradient of a parameter.</summary>
        public bool[] Has { get; } = new bool[layout.Starts.Length - 1];

        /// <summary>Of each parameter, as which its gradient came, from 1; without one, late.</summary>
        public int[] Latest { get; } = [.. Enumerable.Repeat(int.MaxValue - 1, layout.Starts.Length - 1)];

        /// <summary>How many gradients came.</summary>
        public int Arrived { get; set; }

        /// <summary>How many pieces are in their trees.</summary>
        public int Pieces { get; set; }

        public bool IsReturned { get; set; }
    }
}
