namespace IlgpuGan.TestsCommon.Reference;

internal static partial class Naive
{
    public static Array64 Slice(Array64 x, int axis, int start, int length) => Array64.Build(x.Shape.With(axis, length), index =>
    {
        var from = (int[])index.Clone();
        from[axis] += start;
        return x[from];
    });

    public static Array64 Concat(int axis, params Array64[] parts)
    {
        var total = parts.Sum(p => p.Shape[axis]);
        return Array64.Build(parts[0].Shape.With(axis, total), index =>
        {
            var from = (int[])index.Clone();
            foreach (var part in parts)
            {
                if (from[axis] < part.Shape[axis])
                {
                    return part[from];
                }

                from[axis] -= part.Shape[axis];
            }

            throw new InvalidOperationException("an index beyond the last part");
        });
    }

    public static Array64 Permute(Array64 x, params int[] order)
    {
        var extents = Array.ConvertAll(order, d => x.Shape[d]);
        return Array64.Build(new Shape(extents), index =>
        {
            var from = new int[order.Length];
            for (var i = 0; i < order.Length; i++)
            {
                from[order[i]] = index[i];
            }

            return x[from];
        });
    }

    public static Array64 Reshape(Array64 x, Shape shape) => new(shape, x.Values);

    public static Array64 Expand(Array64 x, Shape shape) => Array64.Build(shape, index => x.Broadcast(index));

    /// <summary>Sum over some dimensions, which keep extent 1.</summary>
    public static Array64 Sum(Array64 x, params int[] axes)
    {
        var shape = axes.Aggregate(x.Shape, (s, axis) => s.With(axis, 1));
        var result = new Array64(shape);
        Array64.Build(x.Shape, index =>
        {
            var to = (int[])index.Clone();
            foreach (var axis in axes)
            {
                to[axis] = 0;
            }

            return result[to] += x[index];
        });
        return result;
    }

    /// <summary>Cumulative sum along a dimension, forward or reverse, inclusive or exclusive.</summary>
    public static Array64 CumulativeSum(Array64 x, int axis, bool exclusive, bool reverse) => Array64.Build(x.Shape, index =>
    {
        double sum = 0;
        var from = (int[])index.Clone();
        for (from[axis] = 0; from[axis] < x.Shape[axis]; from[axis]++)
        {
            var distance = reverse ? from[axis] - index[axis] : index[axis] - from[axis];
            sum += distance > 0 || (distance == 0 && !exclusive) ? x[from] : 0;
        }

        return sum;
    });

    /// <summary>Mean of all elements: a scalar.</summary>
    public static Array64 Mean(Array64 x) => new(Shape.Scalar, [x.Values.Average()]);

    /// <summary>x − log Σ exp x along a dimension.</summary>
    public static Array64 LogSoftmax(Array64 x, int axis)
    {
        var below = Array64.Zip(x, Extreme(x, Math.Max, axis), (value, largest) => value - largest); // No power of e is infinite.
        return Array64.Zip(below, Sum(below.Map(Math.Exp), axis), (value, sum) => value - Math.Log(sum));
    }
}
