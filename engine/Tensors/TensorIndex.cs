namespace IlgpuGan.Tensors;

/// <summary>
/// An index into one dimension of a tensor: a single index (<c>x[0]</c>, <c>x[^1]</c>), which drops the dimension, a range
/// (<c>x[1..3]</c>), or a range with a step (<c>x[(.., -1)]</c>).
/// </summary>
public readonly record struct TensorIndex
{
    private TensorIndex(Range range, int step, bool isSingle) => (Range, Step, IsSingle) = (range, step, isSingle);

    internal Range Range { get; }

    internal int Step { get; }

    /// <summary>Whether it is a single index, which drops the dimension.</summary>
    internal bool IsSingle { get; }

    /// <summary>A negative index counts from the end.</summary>
    public static implicit operator TensorIndex(int index) => FromIndex(index < 0 ? new Index(-index, fromEnd: true) : index);

    public static implicit operator TensorIndex(Index index) => FromIndex(index);

    public static implicit operator TensorIndex(Range range) => new(range, 1, isSingle: false);

    public static implicit operator TensorIndex((Range Range, int Step) steps) => new(steps.Range, steps.Step, isSingle: false);

    // The index after ^1 is ^0, not 0.
    private static TensorIndex FromIndex(Index at) =>
        new(new Range(at, at.IsFromEnd ? new Index(Math.Max(at.Value - 1, 0), fromEnd: true) : at.Value + 1), 1, isSingle: true);
}
