using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>
/// Elements that are read from or written to places of several dimensions, and the places of what is largest or not 0. Places that come as
/// inputs are read on the host, where they are checked.
/// </summary>
internal static class Scatters
{
    public static void Add(OperatorList list)
    {
        Scatter(list, "ScatterElements", PlacesOfElements);
        Scatter(list, "Scatter", PlacesOfElements);
        Scatter(list, "ScatterND", PlacesOfSlices);
        list.Same("GatherND", GatherSlices);
        list.Same("Compress", Compress);
        list.Host("NonZero", NonZero);
        list.Same("OneHot", OneHot, input: 2);
        list.OnDevice.Add("TopK", Largest);
    }

    private static void Scatter(OperatorList list, string name, Func<NodeCall, int[]> places)
    {
        list.OnDevice.Add(name, call => [Scattered(call, places(call))]);
        list.Host(name, call => ScatteredOnHost(call, places(call)));
        list.Exact.Add(name);
    }

    private static string Reduction(NodeCall call) => call.Node.Text("reduction", "none");

    /// <param name="call">x, the places' input, and what is written</param>
    /// <param name="places">where each element goes, counted through all of x</param>
    private static RunningValue Scattered(NodeCall call, int[] places)
    {
        if (Reduction(call) is not ("none" or "add"))
        {
            return RunningValue.Of(ScatteredOnHost(call, places)); // No device has a kernel that multiplies or compares in place.
        }

        var (x, kind) = (call.Tensor(0), call.Value(0).Kind);
        if (places.Length == 0)
        {
            return RunningValue.Of(x.Share(), kind);
        }

        using var line = x.Reshape(new Shape((int)x.Shape.Count));
        using var source = call.Tensor(2).Reshape(new Shape(places.Length));
        using var written = Reduction(call) == "add" ? Added(line, places, source) : Replaced(line, places, source);
        return RunningValue.Of(written.Reshape(x.Shape), kind);
    }

    private static Tensor Added(Tensor x, int[] places, Tensor source)
    {
        using var index = Tensor.From(places.AsSpan(), new Shape(places.Length), x.Device);
        return x.ScatterAdd(0, index, source);
    }

    /// <summary>Of several elements for one place the last is written.</summary>
    private static Tensor Replaced(Tensor x, int[] places, Tensor source)
    {
        var last = new Dictionary<int, int>();
        for (var k = 0; k < places.Length; k++)
        {
            last[places[k]] = k;
        }

        var isEachOnce = last.Count == places.Length;
        int[] targets = isEachOnce ? places : [.. last.Keys];
        using var latest = isEachOnce ? source.Share() : source.IndexSelect(0, [.. targets.Select(place => last[place])]);
        using var ones = Tensor.Ones(new Shape(targets.Length), x.Device);
        using var zeros = Tensor.Zeros(x.Shape, x.Device);
        using var isWritten = Added(zeros, targets, ones);
        using var written = Added(zeros, targets, latest);
        return isWritten.Where(written, x);
    }

    private static HostArray ScatteredOnHost(NodeCall call, int[] places)
    {
        var (x, source) = (call.Host(0), call.Host(2).Values);
        Func<double, double, double> f = Reduction(call) switch
        {
            "none" => (_, value) => value,
            "add" => (old, value) => old + value,
            "mul" => (old, value) => old * value,
            "max" => Math.Max,
            "min" => Math.Min,
            var other => throw NodeCall.Refused($"its reduction '{other}' is not known"),
        };
        var values = (double[])x.Values.Clone();
        for (var k = 0; k < places.Length; k++)
        {
            values[places[k]] = f(values[places[k]], source[k]);
        }

        return new HostArray(x.Kind, x.Shape, values).Map(x.Kind, value => value);
    }

    /// <summary>Along one dimension the places are given; in the others an element stays where it is.</summary>
    private static int[] PlacesOfElements(NodeCall call)
    {
        var (x, indices) = (Countable(call.ShapeOf(0)), call.ShapeOf(1));
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Rank);
        if (indices.Rank != x.Rank || indices != call.ShapeOf(2)
            || Enumerable.Range(0, x.Rank).Any(i => i != axis && indices[i] > x[i]))
        {
            throw NodeCall.Refused($"places {indices} of elements {call.ShapeOf(2)} do not fit {x} along dimension {axis}");
        }

        var along = Places.Indices(call, x[axis]);
        return [.. along.Select(PlaceOf)];

        int PlaceOf(int place, int element)
        {
            var (result, stride, rest) = (0, 1, element);
            for (var i = x.Rank - 1; i >= 0; i--)
            {
                result += (i == axis ? place : rest % indices[i]) * stride;
                rest /= indices[i];
                stride *= x[i];
            }

            return result;
        }
    }

    /// <summary>Each index names a slice of x by its first dimensions, which is written as a whole.</summary>
    private static int[] PlacesOfSlices(NodeCall call)
    {
        var (x, indices, source) = (Countable(call.ShapeOf(0)), call.ShapeOf(1), call.ShapeOf(2));
        var depth = indices.Rank > 0 ? indices[-1] : 0;
        if (depth < 1 || depth > x.Rank || source != new Shape([.. indices.ToArray()[..^1], .. x.ToArray()[depth..]]))
        {
            throw NodeCall.Refused($"places {indices} of elements {source} do not fit {x}");
        }

        var length = Product(x.ToArray().AsSpan(depth));
        return [.. Slices(call, x, 0, depth).SelectMany(slice => Enumerable.Range(slice * length, length))];
    }

    private static Tensor GatherSlices(NodeCall call)
    {
        var (x, indices) = (call.Tensor(0), call.ShapeOf(1));
        var extents = Countable(x.Shape).ToArray();
        var batch = call.Node.Integer("batch_dims", 0);
        var depth = indices.Rank > 0 ? indices[-1] : 0;
        if (batch < 0 || batch >= indices.Rank || depth < 1 || batch + depth > extents.Length || indices.Count == 0 || x.Shape.Count == 0
            || !indices.ToArray().AsSpan(0, (int)batch).SequenceEqual(extents.AsSpan(0, (int)batch)))
        {
            throw NodeCall.Refused($"places {indices} with {batch} dimensions of batches do not fit {x.Shape}");
        }

        var first = (int)batch;
        var (batches, slices) = (Product(extents.AsSpan(0, first)), Product(extents.AsSpan(first, depth)));
        var places = Slices(call, x.Shape, first, depth);
        var each = places.Length / batches;
        for (var k = 0; k < places.Length; k++)
        {
            places[k] += k / each * slices;
        }

        using var rows = x.Reshape(new Shape(batches * slices, Product(extents.AsSpan(first + depth))));
        using var chosen = rows.IndexSelect(0, places);
        return chosen.Reshape(new Shape([.. indices.ToArray()[..^1], .. extents[(first + depth)..]]));
    }

    /// <summary>Numbers of the slices that indices […, depth] name in the dimensions of x from the first on.</summary>
    private static int[] Slices(NodeCall call, Shape x, int first, int depth)
    {
        var numbers = call.Whole(1);
        var slices = new int[numbers.Length / depth];
        for (var k = 0; k < numbers.Length; k++)
        {
            var extent = x[first + (k % depth)];
            var place = numbers[k] < 0 ? numbers[k] + extent : numbers[k];
            slices[k / depth] = place >= 0 && place < extent
                ? (slices[k / depth] * extent) + (int)place
                : throw NodeCall.Refused($"place {numbers[k]} is not among {extent}");
        }

        return slices;
    }

    /// <summary>A shape whose elements float32 can number.</summary>
    /// <exception cref="ShapeException">there are more</exception>
    private static Shape Countable(Shape x) => x.Count <= TensorOps.MaxExactInteger
        ? x
        : throw NodeCall.Refused($"{x} has more than {TensorOps.MaxExactInteger} places");

    private static int Product(ReadOnlySpan<int> extents)
    {
        var product = 1;
        foreach (var extent in extents)
        {
            product = checked(product * extent);
        }

        return product;
    }

    /// <summary>The slices along a dimension, or without one the elements, at which a condition holds.</summary>
    private static Tensor Compress(NodeCall call)
    {
        var (x, condition) = (call.Tensor(0), call.Host(1).Values);
        using var rows = call.Node.Has("axis") ? x.Share() : x.Reshape(new Shape((int)x.Shape.Count));
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), rows.Shape.Rank);
        int[] kept = [.. Enumerable.Range(0, Math.Min(condition.Length, rows.Shape[axis])).Where(i => condition[i] != 0)];
        return kept.Length > 0 ? rows.IndexSelect(axis, kept) : throw NodeCall.Refused($"it keeps nothing of {x.Shape}");
    }

    /// <summary>Where elements are that are not 0: [rank, count].</summary>
    private static HostArray NonZero(NodeCall call)
    {
        var x = call.Host(0);
        int[] found = [.. Enumerable.Range(0, x.Values.Length).Where(i => x.Values[i] != 0)];
        var places = new double[x.Shape.Rank * found.Length];
        for (var k = 0; k < found.Length; k++)
        {
            var rest = found[k];
            for (var axis = x.Shape.Rank - 1; axis >= 0; axis--)
            {
                places[(axis * found.Length) + k] = rest % x.Shape[axis];
                rest /= x.Shape[axis];
            }
        }

        return new HostArray(ElementKind.Whole, new Shape(x.Shape.Rank, found.Length), places);
    }

    /// <summary>One value at each class and another elsewhere; a class that there is not is nowhere.</summary>
    private static Tensor OneHot(NodeCall call)
    {
        var (indices, values) = (call.Tensor(0), call.Tensor(2));
        var classes = call.Whole(1) is [>= 1 and <= TensorOps.MaxExactInteger and var count]
            ? (int)count
            : throw NodeCall.Refused("its depth should be one number from 1");
        if (values.Shape.Count != 2)
        {
            throw NodeCall.Refused($"its values {values.Shape} should be two");
        }

        var rank = indices.Shape.Rank + 1;
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), rank);
        _ = Shapes.Bounded(HostArray.ShapeOf([indices.Shape.Count, classes]));
        using var given = indices.Unsqueeze(axis);
        using var isNegative = given.LessThan(0);
        using var shift = isNegative.Affine(classes, 0);
        using var places = given.Add(shift);
        using var numbers = Shapes.Counted(rank, axis, classes, indices.Device);
        using var isClass = places.EqualTo(numbers);
        using var off = values.Slice(0, 0, 1);
        using var on = values.Slice(0, 1, 1);
        return isClass.Where(on, off);
    }

    /// <summary>The largest or smallest of a dimension in order, and their places.</summary>
    private static IReadOnlyList<RunningValue> Largest(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        var count = call.Has(1)
            ? call.Whole(1) is [var given] ? given : throw NodeCall.Refused("its k should be one number")
            : call.Node.Integer("k", 0);
        var (values, places) = x.TopK(NodeCall.Narrow(count), axis, call.Node.Integer("largest", 1) != 0);
        return [RunningValue.Of(values, call.Value(0).Kind), RunningValue.Of(places, ElementKind.Whole)];
    }
}
