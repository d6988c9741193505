namespace IlgpuGan.TestsCommon.Reference;

/// <summary>A dense row-major array of doubles, used by the reference. Written to be obviously correct, not fast.</summary>
internal sealed class Array64
{
    /// <summary>The shape's extents, copied because every access to a shape is range-checked.</summary>
    private readonly int[] _extents;

    public Array64(Shape shape, double[]? values = null)
    {
        (Shape, _extents) = (shape, shape.ToArray());
        Values = values ?? new double[shape.Count];
        Assert.That(Values, Has.Length.EqualTo((int)shape.Count), "values of a reference array");
    }

    public Shape Shape { get; }

    public double[] Values { get; }

    public static Array64 From(Tensor tensor) => new(tensor.Shape, Array.ConvertAll(tensor.ToArray(), x => (double)x));

    public ref double this[params ReadOnlySpan<int> index] => ref Values[Offset(index)];

    /// <summary>The element at an index, or 0 outside the array.</summary>
    public double OrZero(params ReadOnlySpan<int> index)
    {
        for (var i = 0; i < index.Length; i++)
        {
            if (index[i] < 0 || index[i] >= _extents[i])
            {
                return 0;
            }
        }

        return this[index];
    }

    /// <summary>The element at an index of a larger shape to which this array broadcasts.</summary>
    public double Broadcast(ReadOnlySpan<int> index)
    {
        var offset = 0;
        var more = index.Length - _extents.Length;
        for (var i = 0; i < _extents.Length; i++)
        {
            offset = (offset * _extents[i]) + (_extents[i] == 1 ? 0 : index[more + i]);
        }

        return Values[offset];
    }

    /// <summary>Fills a new array from a function of the index.</summary>
    public static Array64 Build(Shape shape, Func<int[], double> element)
    {
        var result = new Array64(shape);
        var index = new int[shape.Rank];
        for (var i = 0; i < result.Values.Length; i++)
        {
            var rest = i;
            for (var d = index.Length - 1; d >= 0; d--)
            {
                index[d] = rest % result._extents[d];
                rest /= result._extents[d];
            }

            result.Values[i] = element(index);
        }

        return result;
    }

    public Array64 Map(Func<double, double> f) => new(Shape, Array.ConvertAll(Values, x => f(x)));

    public static Array64 Zip(Array64 a, Array64 b, Func<double, double, double> f) =>
        Build(Shape.Broadcast("reference", a.Shape, b.Shape), index => f(a.Broadcast(index), b.Broadcast(index)));

    private int Offset(ReadOnlySpan<int> index)
    {
        var offset = 0;
        for (var i = 0; i < index.Length; i++)
        {
            offset = (offset * _extents[i]) + index[i];
        }

        return offset;
    }
}
