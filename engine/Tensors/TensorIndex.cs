namespace IlgpuGan.Tensors;

/// <summary>
/// What is taken of one dimension where a tensor is indexed: a place (<c>x[0]</c>, <c>x[^1]</c>), which drops the dimension, a range
/// (<c>x[1..3]</c>), or a range with a step (<c>x[(.., -1)]</c>).
/// </summary>
public readonly record struct TensorIndex
{
    private TensorIndex(Range range, int step, bool isPlace) => (Range, Step, IsPlace) = (range, step, isPlace);

    internal Range Range { get; }

    internal int Step { get; }

    /// <summary>Whether one place is meant.</summary>
    internal bool IsPlace { get; }

    /// <summary>A negative place counts from the end.</summary>
    public static implicit operator TensorIndex(int place) => FromPlace(place < 0 ? new Index(-place, fromEnd: true) : place);

    public static implicit operator TensorIndex(Index place) => FromPlace(place);

    public static implicit operator TensorIndex(Range range) => new(range, 1, isPlace: false);

    public static implicit operator TensorIndex((Range Range, int Step) steps) => new(steps.Range, steps.Step, isPlace: false);

    // The place after ^1 is ^0, not 0.
    private static TensorIndex FromPlace(Index place) =>
        new(new Range(place, place.IsFromEnd ? new Index(Math.Max(place.Value - 1, 0), fromEnd: true) : place.Value + 1), 1, isPlace: true);
}
