using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Tensors.Nn.Import;

/// <summary>Kind of a value's elements. Floats of 16, 32 and 64 bits are treated alike and computed in float32 on devices.</summary>
internal enum ElementKind
{
    Float,

    /// <summary>Integers of any width.</summary>
    Integer,

    /// <summary>0 or 1.</summary>
    Boolean,
}

/// <summary>
/// A small array in host memory: shapes, axes, indices and values computed from them. Doubles hold integers exactly up to 2⁵³; larger
/// results are refused.
/// </summary>
internal sealed class HostArray
{
    /// <summary>Constants and expanded values with more elements are computed on the device.</summary>
    public const int MaxElements = 1 << 16;

    /// <summary>Maximum number of elements read back from a device for an operator that runs on the host only.</summary>
    public const int MaxReadBack = 1 << 26;

    private const double MaxInteger = 1L << 53;

    public HostArray(ElementKind kind, Shape shape, double[] values) => (Kind, Shape, Values) = (kind, shape, values);

    public ElementKind Kind { get; }

    public Shape Shape { get; }

    /// <summary>Row-major. Floats are rounded to 32 bits.</summary>
    public double[] Values { get; }

    public static ElementKind KindOf(ElementType type) =>
        type.IsFloat ? ElementKind.Float : type == ElementType.Bool ? ElementKind.Boolean : ElementKind.Integer;

    /// <exception cref="ShapeException">the shape has too many dimensions or too large extents for a tensor</exception>
    public static HostArray Of(NamedArray array)
    {
        var kind = KindOf(array.Type);
        var values = array.ToDouble();
        return new HostArray(
            kind, ShapeOf(array.Shape), kind == ElementKind.Float ? Array.ConvertAll(values, v => (double)(float)v) : values);
    }

    /// <summary>A vector of integers.</summary>
    public static HostArray Integers(double[] values) => new(ElementKind.Integer, new Shape(values.Length), values);

    public static HostArray Scalar(ElementKind kind, double value) => new(kind, Shape.Scalar, [value]);

    /// <exception cref="ShapeException">an extent is negative or beyond 32 bits</exception>
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

        ShapeException.ThrowIf(shape.Count > MaxReadBack, $"{Shape} repeated to {shape} has more than {MaxReadBack} elements");

        var missing = shape.Rank - Shape.Rank;
        return Selected(shape, position =>
        {
            var index = 0;
            for (var i = 0; i < Shape.Rank; i++)
            {
                index = (index * Shape[i]) + (Shape[i] == 1 ? 0 : position[i + missing]);
            }

            return Values[index];
        });
    }

    /// <summary>The slices at these indices along a dimension.</summary>
    public HostArray Selected(int axis, IReadOnlyList<int> indices)
    {
        var (outer, inner) = Shape.Around("slice", axis);
        var values = new double[(long)outer * indices.Count * inner];
        for (var i = 0; i < outer; i++)
        {
            for (var k = 0; k < indices.Count; k++)
            {
                Array.Copy(Values, ((i * Shape[axis]) + indices[k]) * inner, values, ((i * indices.Count) + k) * inner, inner);
            }
        }

        return new HostArray(Kind, Shape.With(axis, indices.Count), values);
    }

    /// <summary>Dimension i of the result is dimension order[i].</summary>
    public HostArray Permuted(int[] order)
    {
        var shape = new Shape([.. order.Select(axis => Shape[axis])]);
        return new HostArray(Kind, shape, Selected(shape, position =>
        {
            var source = new int[order.Length];
            for (var i = 0; i < order.Length; i++)
            {
                source[order[i]] = position[i];
            }

            var index = 0;
            for (var i = 0; i < source.Length; i++)
            {
                index = (index * Shape[i]) + source[i];
            }

            return Values[index];
        }));
    }

    /// <summary>A result rounded to its element kind.</summary>
    /// <exception cref="ShapeException">an integer is beyond 2⁵³</exception>
    private static double Rounded(ElementKind kind, double value) => kind switch
    {
        ElementKind.Float => (float)value,
        ElementKind.Boolean => value != 0 ? 1 : 0,
        _ when Math.Abs(value) <= MaxInteger => value,
        _ => throw new ShapeException($"an integer becomes {value}, which is beyond 2^53"),
    };

    private static double[] Selected(Shape shape, Func<int[], double> at)
    {
        var values = new double[shape.Count];
        var position = new int[shape.Rank];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = at(position);
            for (var axis = position.Length - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--)
            {
                position[axis] = 0;
            }
        }

        return values;
    }
}
