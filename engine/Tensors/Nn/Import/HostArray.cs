using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>Kind of a value's elements. Floats of 16, 32 and 64 bits are computed alike, in float32 on devices.</summary>
internal enum ElementKind
{
    Float,

    /// <summary>Integers of any width.</summary>
    Whole,

    /// <summary>0 or 1.</summary>
    Truth,
}

/// <summary>
/// A small array in host memory: shapes, axes, indices and what is computed from them. Doubles hold integers exactly up to 2⁵³; larger
/// results are refused.
/// </summary>
internal sealed class HostArray
{
    /// <summary>Float arrays with more elements belong to the device.</summary>
    public const int Largest = 1 << 16;

    /// <summary>Most elements that are read back from a device for an operator that only the host has.</summary>
    public const int LargestReadBack = 1 << 26;

    private const double LargestWhole = 1L << 53;

    public HostArray(ElementKind kind, Shape shape, double[] values) => (Kind, Shape, Values) = (kind, shape, values);

    public ElementKind Kind { get; }

    public Shape Shape { get; }

    /// <summary>Row-major. Floats are rounded to 32 bits.</summary>
    public double[] Values { get; }

    public static ElementKind KindOf(ElementType type) =>
        type.IsFloat ? ElementKind.Float : type == ElementType.Bool ? ElementKind.Truth : ElementKind.Whole;

    /// <exception cref="ShapeException">the shape is none of a tensor's</exception>
    public static HostArray Of(NamedArray array)
    {
        var kind = KindOf(array.Type);
        var values = array.ToDouble();
        return new HostArray(
            kind, ShapeOf(array.Shape), kind == ElementKind.Float ? Array.ConvertAll(values, v => (double)(float)v) : values);
    }

    /// <summary>A vector of integers.</summary>
    public static HostArray Whole(double[] values) => new(ElementKind.Whole, new Shape(values.Length), values);

    public static HostArray Scalar(ElementKind kind, double value) => new(kind, Shape.Scalar, [value]);

    /// <exception cref="ShapeException">an extent is beyond what tensors have</exception>
    public static Shape ShapeOf(ReadOnlySpan<long> extents)
    {
        var narrow = new int[extents.Length];
        for (var i = 0; i < extents.Length; i++)
        {
            narrow[i] = extents[i] is >= 0 and <= int.MaxValue ? (int)extents[i]
                : throw new ShapeException($"an extent of {extents[i]} is beyond what a tensor can have");
        }

        return new Shape(narrow);
    }

    /// <summary>The array as a tensor.</summary>
    public Tensor On(Device device) => Tensor.From(Array.ConvertAll(Values, value => (float)value), Shape, device);

    /// <summary>Applies f to two arrays element by element, with broadcasting.</summary>
    public static HostArray Map(string op, ElementKind kind, HostArray a, HostArray b, Func<double, double, double> f)
    {
        var shape = Shape.Broadcast(op, a.Shape, b.Shape);
        var (left, right) = (a.Expanded(shape), b.Expanded(shape));
        return new HostArray(kind, shape, [.. left.Zip(right, (x, y) => Rounded(kind, f(x, y)))]);
    }

    public HostArray Map(ElementKind kind, Func<double, double> f) =>
        new(kind, Shape, Array.ConvertAll(Values, value => Rounded(kind, f(value))));

    public HostArray Reshaped(Shape shape) => shape.Count == Values.Length
        ? new HostArray(Kind, shape, Values)
        : throw new ShapeException($"{Shape} has {Values.Length} elements, but {shape} has {shape.Count}");

    /// <summary>The elements broadcast to a larger shape.</summary>
    public double[] Expanded(Shape shape)
    {
        if (shape == Shape)
        {
            return Values;
        }

        if (shape.Count > LargestReadBack)
        {
            throw new ShapeException($"{Shape} repeated to {shape} has more than {LargestReadBack} elements");
        }

        var missing = shape.Rank - Shape.Rank;
        return Selected(shape, place =>
        {
            var index = 0;
            for (var i = 0; i < Shape.Rank; i++)
            {
                index = (index * Shape[i]) + (Shape[i] == 1 ? 0 : place[i + missing]);
            }

            return Values[index];
        });
    }

    /// <summary>The slices at these indices along a dimension.</summary>
    public HostArray Selected(int axis, IReadOnlyList<int> places)
    {
        var (outer, inner) = Shape.Around(axis);
        var values = new double[(long)outer * places.Count * inner];
        for (var i = 0; i < outer; i++)
        {
            for (var k = 0; k < places.Count; k++)
            {
                Array.Copy(Values, ((i * Shape[axis]) + places[k]) * inner, values, ((i * places.Count) + k) * inner, inner);
            }
        }

        return new HostArray(Kind, Shape.With(axis, places.Count), values);
    }

    /// <summary>Dimension i of the result is dimension order[i].</summary>
    public HostArray Permuted(int[] order)
    {
        var shape = new Shape([.. order.Select(axis => Shape[axis])]);
        return new HostArray(Kind, shape, Selected(shape, place =>
        {
            var whole = new int[order.Length];
            for (var i = 0; i < order.Length; i++)
            {
                whole[order[i]] = place[i];
            }

            var index = 0;
            for (var i = 0; i < whole.Length; i++)
            {
                index = (index * Shape[i]) + whole[i];
            }

            return Values[index];
        }));
    }

    /// <summary>A result rounded to what its kind holds.</summary>
    /// <exception cref="ShapeException">an integer is beyond 2⁵³</exception>
    private static double Rounded(ElementKind kind, double value) => kind switch
    {
        ElementKind.Float => (float)value,
        ElementKind.Truth => value != 0 ? 1 : 0,
        _ when Math.Abs(value) <= LargestWhole => value,
        _ => throw new ShapeException($"a whole number becomes {value}, which is beyond 2^53"),
    };

    private static double[] Selected(Shape shape, Func<int[], double> at)
    {
        var values = new double[shape.Count];
        var place = new int[shape.Rank];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = at(place);
            for (var axis = place.Length - 1; axis >= 0 && ++place[axis] == shape[axis]; axis--)
            {
                place[axis] = 0;
            }
        }

        return values;
    }
}
