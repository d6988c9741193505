using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// Where the gradients of an optimiser's parameters lie in a row of numbers: one behind the other, and behind them a number for each
/// parameter, how many samples have a gradient of it. The row is cut into pieces that are exchanged by themselves: at first the last
/// layers' come first, since a backward begins there; later, those that were the first to be there.
/// </summary>
internal sealed class GradientLayout
{
    /// <summary>
    /// Numbers of a piece at least, which is 4 MiB: smaller messages cost more than they save. Of small networks it is a part of all.
    /// </summary>
    private const int LeastPiece = 1 << 20;

    /// <summary>Of networks that have less.</summary>
    private const int MostPieces = 4;

    private readonly Stack<float[]> _spare = [];

    public GradientLayout(IReadOnlyList<NamedTensor> parameters)
    {
        Starts = new int[parameters.Count + 1];
        for (var i = 0; i < parameters.Count; i++)
        {
            Starts[i + 1] = checked(Starts[i] + (int)parameters[i].Tensor.Shape.Count);
        }

        var least = Math.Min(LeastPiece, Starts[^1] / MostPieces);
        var pieces = new List<GradientPiece>();
        for (var end = parameters.Count; end > 0;)
        {
            var first = end - 1;
            while (first > 0 && Starts[end] - Starts[first] < least)
            {
                first--;
            }

            pieces.Add(new GradientPiece(first, end, Starts[first], Starts[end]));
            end = first;
        }

        pieces.Add(new GradientPiece(parameters.Count, parameters.Count, Starts[^1], Starts[^1] + parameters.Count));
        Pieces = pieces;
    }

    /// <summary>Of each parameter the first of its numbers; at the end, the first of the counts.</summary>
    public int[] Starts { get; }

    /// <summary>In the order in which they are exchanged, the counts last.</summary>
    public IReadOnlyList<GradientPiece> Pieces { get; private set; }

    /// <summary>Whether the order is that of a meeting that was: then it stays.</summary>
    public bool IsOrdered { get; private set; }

    /// <summary>Exchanges the pieces in another order from now on, between meetings; on all ranks the same.</summary>
    /// <param name="order">places of the pieces so far, each once</param>
    public void Order(IReadOnlyList<int> order) => (Pieces, IsOrdered) = ([.. order.Select(place => Pieces[place])], true);

    /// <summary>A row without numbers.</summary>
    public float[] Take()
    {
        if (_spare.TryPop(out var row))
        {
            Array.Clear(row);
            return row;
        }

        return new float[Pieces[^1].End];
    }

    /// <summary>Gives a row back, for later samples and steps.</summary>
    public void Return(float[] row) => _spare.Push(row);
}

/// <summary>Some neighbouring parameters and their numbers.</summary>
/// <param name="FirstParameter">the first of them</param>
/// <param name="EndParameter">the one behind the last; the same for the counts</param>
/// <param name="Start">of the numbers</param>
/// <param name="End">behind them</param>
internal readonly record struct GradientPiece(int FirstParameter, int EndParameter, int Start, int End);
