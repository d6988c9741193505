using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>
/// Scatter and gather over several dimensions, and operators that return indices: top-k, non-zero. Indices that are inputs are checked on
/// the host.
/// </summary>
internal static class Scatters
{
    public static void Add(OperatorList list)
    {
        Scatter(list, "ScatterElements", TargetsOfElements);
        Scatter(list, "Scatter", TargetsOfElements);
        Scatter(list, "ScatterND", TargetsOfSlices);
        list.Same("GatherND", GatherSlices);
        list.Same("Compress", Compress);
        list.Host("NonZero", NonZero);
        list.Same("OneHot", OneHot, input: 2);
        list.OnDevice.Add("TopK", TopK);
    }

    private static void Scatter(OperatorList list, string name, Func<NodeCall, int[]> targets)
    {
        list.OnDevice.Add(name, call => [Scattered(call, targets(call))]);
        list.Host(name, call => ScatteredOnHost(call, targets(call)));
        list.Exact.Add(name);
    }

    private static string Reduction(NodeCall call) => call.Node.Text("reduction", "none");

    /// <param name="call">the node, with the inputs x, indices and updates</param>
    /// <param name="targets">the flat index in x of each update</param>
    private static RunningValue Scattered(NodeCall call, int[] targets)
    {
        if (Reduction(call) is not ("none" or "add"))
        {
            return RunningValue.Of(ScatteredOnHost(call, targets)); // No device has a kernel that multiplies or compares in place.
        }

        var (x, kind) = (call.Tensor(0), call.Value(0).Kind);
        if (targets.Length == 0)
        {
            return RunningValue.Of(x.Share(), kind);
        }

        using var line = x.Reshape(new Shape((int)x.Shape.Count));
        using var source = call.Tensor(2).Reshape(new Shape(targets.Length));
        using var written = Reduction(call) == "add" ? Added(line, targets, source) : Replaced(line, targets, source);
        return RunningValue.Of(written.Reshape(x.Shape), kind);
    }

    private static Tensor Added(Tensor x, int[] targets, Tensor source)
    {
        using var index = Tensor.From(targets.AsSpan(), new Shape(targets.Length), x.Device);
        return x.ScatterAdd(0, index, source);
    }

    /// <summary>Writes the updates; of several with one target the last is written.</summary>
    private static Tensor Replaced(Tensor x, int[] targets, Tensor source)
    {
        var last = new Dictionary<int, int>();
        for (var k = 0; k < targets.Length; k++)
        {
            last[targets[k]] = k;
        }

        var isDistinct = last.Count == targets.Length;
        int[] distinct = isDistinct ? targets : [.. last.Keys];
        using var latest = isDistinct ? source.Share() : source.IndexSelect(0, [.. distinct.Select(target => last[target])]);
        using var ones = Tensor.Ones(new Shape(distinct.Length), x.Device);
        using var zeros = Tensor.Zeros(x.Shape, x.Device);
        using var isWritten = Added(zeros, distinct, ones);
        using var written = Added(zeros, distinct, latest);
        return isWritten.Where(written, x);
    }

    private static HostArray ScatteredOnHost(NodeCall call, int[] targets)
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
        for (var k = 0; k < targets.Length; k++)
        {
            values[targets[k]] = f(values[targets[k]], source[k]);
        }

        return new HostArray(x.Kind, x.Shape, values).Map(x.Kind, value => value);
    }

    /// <summary>Targets of ScatterElements: the index replaces the element's position along one dimension.</summary>
    private static int[] TargetsOfElements(NodeCall call)
    {
        var (x, indices) = (Countable(call.ShapeOf(0)), call.ShapeOf(1));
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Rank);
        if (indices.Rank != x.Rank || indices != call.ShapeOf(2)
            || Enumerable.Range(0, x.Rank).Any(i => i != axis && indices[i] > x[i]))
        {
            throw NodeCall.Refused($"indices {indices} and updates {call.ShapeOf(2)} do not fit {x} along dimension {axis}");
        }

        var along = Indexing.Indices(call, x[axis]);
        return [.. along.Select(TargetOf)];

        int TargetOf(int index, int element)
        {
            var (result, stride, rest) = (0, 1, element);
            for (var i = x.Rank - 1; i >= 0; i--)
            {
                result += (i == axis ? index : rest % indices[i]) * stride;
                rest /= indices[i];
                stride *= x[i];
            }

            return result;
        }
    }

    /// <summary>Targets of ScatterND: each index selects a slice of x by its leading dimensions.</summary>
    private static int[] TargetsOfSlices(NodeCall call)
    {
        var (x, indices, source) = (Countable(call.ShapeOf(0)), call.ShapeOf(1), call.ShapeOf(2));
        var depth = indices.Rank > 0 ? indices[-1] : 0;
        if (depth < 1 || depth > x.Rank || source != new Shape([.. indices.ToArray()[..^1], .. x.ToArray()[depth..]]))
        {
            throw NodeCall.Refused($"indices {indices} and updates {source} do not fit {x}");
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
            throw NodeCall.Refused($"indices {indices} with {batch} batch dimensions do not fit {x.Shape}");
        }

        var first = (int)batch;
        var (batches, slices) = (Product(extents.AsSpan(0, first)), Product(extents.AsSpan(first, depth)));
        var selected = Slices(call, x.Shape, first, depth);
        var each = selected.Length / batches;
        for (var k = 0; k < selected.Length; k++)
        {
            selected[k] += k / each * slices;
        }

        using var rows = x.Reshape(new Shape(batches * slices, Product(extents.AsSpan(first + depth))));
        using var chosen = rows.IndexSelect(0, selected);
        return chosen.Reshape(new Shape([.. indices.ToArray()[..^1], .. extents[(first + depth)..]]));
    }

    /// <summary>Flat numbers of the slices that indices […, depth] select in dimensions first … first + depth − 1 of x.</summary>
    private static int[] Slices(NodeCall call, Shape x, int first, int depth)
    {
        var numbers = call.Integers(1);
        var slices = new int[numbers.Length / depth];
        for (var k = 0; k < numbers.Length; k++)
        {
            var extent = x[first + (k % depth)];
            var index = numbers[k] < 0 ? numbers[k] + extent : numbers[k];
            slices[k / depth] = index >= 0 && index < extent
                ? (slices[k / depth] * extent) + (int)index
                : throw NodeCall.Refused($"index {numbers[k]} is out of range for a dimension of {extent}");
        }

        return slices;
    }

    /// <summary>Checks that float32 can number the elements of a shape.</summary>
    /// <exception cref="ShapeException">the shape has more elements</exception>
    private static Shape Countable(Shape x) => x.Count <= TensorOps.MaxExactInteger
        ? x
        : throw NodeCall.Refused($"{x} has more than {TensorOps.MaxExactInteger} elements");

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

    /// <summary>The indices of the non-zero elements: [rank, count].</summary>
    private static HostArray NonZero(NodeCall call)
    {
        var x = call.Host(0);
        int[] found = [.. Enumerable.Range(0, x.Values.Length).Where(i => x.Values[i] != 0)];
        var indices = new double[x.Shape.Rank * found.Length];
        for (var k = 0; k < found.Length; k++)
        {
            var rest = found[k];
            for (var axis = x.Shape.Rank - 1; axis >= 0; axis--)
            {
                indices[(axis * found.Length) + k] = rest % x.Shape[axis];
                rest /= x.Shape[axis];
            }
        }

        return new HostArray(ElementKind.Integer, new Shape(x.Shape.Rank, found.Length), indices);
    }

    /// <summary>One value at each class and another elsewhere; a class out of range gives no position.</summary>
    private static Tensor OneHot(NodeCall call)
    {
        var (indices, values) = (call.Tensor(0), call.Tensor(2));
        var classes = call.Integers(1) is [>= 1 and <= TensorOps.MaxExactInteger and var count]
            ? (int)count
            : throw NodeCall.Refused("its depth should be one number from 1");
        ShapeException.ThrowIf(values.Shape.Count != 2, $"its values {values.Shape} should be two");

        var rank = indices.Shape.Rank + 1;
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), rank);
        _ = Shapes.Bounded(HostArray.ShapeOf([indices.Shape.Count, classes]));
        using var given = indices.Unsqueeze(axis);
        using var isNegative = given.LessThan(0);
        using var shift = isNegative.Affine(classes, 0);
        using var positions = given.Add(shift);
        using var numbers = Shapes.Arange(rank, axis, classes, indices.Device);
        using var isClass = positions.EqualTo(numbers);
        using var off = values.Slice(0, 0, 1);
        using var on = values.Slice(0, 1, 1);
        return isClass.Where(on, off);
    }

    /// <summary>The largest or smallest elements of a dimension in order, and their indices.</summary>
    private static IReadOnlyList<RunningValue> TopK(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        var count = call.Has(1)
            ? call.Integers(1) is [var given] ? given : throw NodeCall.Refused("its k should be one number")
            : call.Node.Integer("k", 0);
        var (values, indices) = x.TopK(NodeCall.Narrow(count), axis, call.Node.Integer("largest", 1) != 0);
        return [RunningValue.Of(values, call.Value(0).Kind), RunningValue.Of(indices, ElementKind.Integer)];
    }
}
