using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Gather, slice, split, pad and concatenate. Indices are checked on the host.</summary>
internal static class Indexing
{
    public static void Add(OperatorList list)
    {
        list.Same("Gather", Gather);
        list.Host("Gather", GatherOnHost);
        list.Same("GatherElements", GatherElements);
        list.Same("Slice", Slice);
        list.Host("Slice", SliceOnHost);
        list.OnDevice.Add("Split", Split);
        list.Same("Pad", Pad);
        list.Same("CenterCropPad", Centred);
        list.Same("Concat", Concat);
        list.Host("Concat", ConcatOnHost);
    }

    private static Tensor Gather(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Shape.Rank);
        var indices = Indices(call, x.Shape[axis]);
        using var parts = indices is [var only] ? x.Slice(axis, only, 1) : Selected(call, x, axis, indices.Length);
        return parts.Reshape(Gathered(x.Shape, axis, call.ShapeOf(1)));
    }

    private static Tensor Selected(NodeCall call, Tensor x, int axis, int count)
    {
        using var indices = NonNegativeIndices(call, x.Shape[axis]);
        using var line = indices.Reshape(new Shape(count));
        return x.IndexSelect(axis, line);
    }

    /// <summary>
    /// Checked indices on the device, all counted from the front. Constant indices are uploaded only once.
    /// </summary>
    private static Tensor NonNegativeIndices(NodeCall call, int extent)
    {
        var indices = call.Tensor(1);
        if (Array.TrueForAll(call.Host(1).Values, index => index >= 0))
        {
            return indices.Share();
        }

        using var isNegative = indices.LessThan(0);
        using var shift = isNegative.Affine(extent, 0);
        return indices.Add(shift);
    }

    private static HostArray GatherOnHost(NodeCall call)
    {
        var x = call.Host(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Shape.Rank);
        return x.Selected(axis, Indices(call, x.Shape[axis])).Reshaped(Gathered(x.Shape, axis, call.ShapeOf(1)));
    }

    /// <summary>x with one dimension replaced by the dimensions of the indices.</summary>
    private static Shape Gathered(Shape x, int axis, Shape indices) =>
        new([.. x.ToArray()[..axis], .. indices.ToArray(), .. x.ToArray()[(axis + 1)..]]);

    /// <summary>The second input as indices into a dimension, all counted from the front.</summary>
    /// <exception cref="ShapeException">an index is out of range</exception>
    public static int[] Indices(NodeCall call, int extent) => Array.ConvertAll(call.Integers(1), index =>
    {
        var fromFront = index < 0 ? index + extent : index;
        return fromFront >= 0 && fromFront < extent
            ? (int)fromFront
            : throw NodeCall.Refused($"index {index} is out of range for a dimension of {extent}");
    });

    private static Tensor GatherElements(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Shape.Rank);
        var shape = call.ShapeOf(1);
        if (shape.Rank != x.Shape.Rank || shape.With(axis, 1) != x.Shape.With(axis, 1))
        {
            throw NodeCall.Refused($"its indices {shape} do not fit {x.Shape} along dimension {axis}");
        }

        _ = Indices(call, x.Shape[axis]);
        using var index = NonNegativeIndices(call, x.Shape[axis]);
        return x.Gather(axis, index);
    }

    private static Tensor Slice(NodeCall call)
    {
        var result = call.Tensor(0).Share();
        foreach (var (axis, start, length, step) in Parts(call))
        {
            using var before = result;
            result = length > 0 ? before.Slice(axis, start, length, step)
                : throw NodeCall.Refused($"its slice of dimension {axis} of {before.Shape} is empty");
        }

        return result;
    }

    private static HostArray SliceOnHost(NodeCall call) => Parts(call).Aggregate(
        call.Host(0),
        (x, part) => x.Selected(part.Axis, [.. Enumerable.Range(0, part.Length).Select(i => part.Start + (i * part.Step))]));

    /// <summary>The range of each sliced dimension; starts and ends are clamped to its extent.</summary>
    private static List<(int Axis, int Start, int Length, int Step)> Parts(NodeCall call)
    {
        var shape = call.ShapeOf(0);
        var starts = call.Integers(1, "starts") ?? throw NodeCall.Refused("it has no starts");
        var ends = call.Integers(2, "ends") ?? throw NodeCall.Refused("it has no ends");
        var axes = call.Integers(3, "axes") ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = call.OptionalIntegers(4) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
        {
            throw NodeCall.Refused(
                $"it has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps, not as many of each");
        }

        var parts = new List<(int, int, int, int)>();
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = NodeCall.Axis(axes[i], shape.Rank);
            var step = NodeCall.Narrow(Math.Clamp(steps[i], -int.MaxValue, int.MaxValue));
            if (step == 0 || parts.Exists(part => part.Item1 == axis))
            {
                throw NodeCall.Refused(step == 0 ? "a step is 0" : $"it slices dimension {axis} twice");
            }

            long extent = shape[axis];
            var (least, most) = step > 0 ? (0L, extent) : (-1L, extent - 1);
            var start = Limited(starts[i]);
            var end = Limited(ends[i]);
            var length = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -(long)step;
            parts.Add((axis, (int)start, (int)Math.Max(length, 0), step));

            long Limited(long index) => Math.Clamp(index < 0 ? index + extent : index, least, most);
        }

        return parts;
    }

    private static IReadOnlyList<RunningValue> Split(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Shape.Rank);
        var extent = x.Shape[axis];
        var pieces = NodeCall.Narrow(call.Node.Integer("num_outputs", call.Node.Outputs.Count));
        ShapeException.ThrowIf(pieces < 1 || pieces > extent, $"dimension {axis} of {x.Shape} does not split into {pieces}");

        var each = (extent + pieces - 1) / pieces;
        var lengths = call.Integers(1, "split") is { } given
            ? Array.ConvertAll(given, NodeCall.Narrow)
            : [.. Enumerable.Range(0, pieces).Select(i => Math.Min(each, extent - (i * each)))];
        return Array.Exists(lengths, length => length < 1) || lengths.Sum(length => (long)length) != extent
            ? throw NodeCall.Refused($"dimension {axis} of {x.Shape} does not split into {string.Join(" + ", lengths)}")
            : [.. x.Split(axis, lengths).Select(piece => RunningValue.Of(piece, call.Value(0).Kind))];
    }

    private static Tensor Pad(NodeCall call)
    {
        var x = call.Tensor(0);
        var rank = x.Shape.Rank;
        var axes = NodeCall.Axes(call.OptionalIntegers(3), rank);
        var amounts = call.Integers(1, "pads") ?? throw NodeCall.Refused("it has no pads");
        if (amounts.Length != 2 * axes.Length)
        {
            throw NodeCall.Refused($"it has {amounts.Length} pads for {axes.Length} dimensions, not two for each");
        }

        var mode = call.Node.Text("mode", "constant");
        var value = call.Number(2, "value", 0);
        ShapeException.ThrowIf(mode is not ("constant" or "reflect" or "edge" or "wrap"), $"mode = '{mode}' is not supported");

        // The last two dimensions are padded together by one kernel, the others one after the other.
        var border = new (int Before, int After)[2];
        var result = x.Share();
        for (var i = 0; i < axes.Length; i++)
        {
            var (before, after) = Checked(x.Shape, axes[i], amounts[i], amounts[i + axes.Length], mode);
            if (mode != "wrap" && rank >= 2 && axes[i] >= rank - 2)
            {
                border[axes[i] - rank + 2] = (before, after);
            }
            else if ((before, after) != (0, 0))
            {
                using var narrow = result;
                result = mode == "constant" ? Filled(narrow, axes[i], before, after, value)
                    : narrow.IndexSelect(axes[i], Sources(mode, x.Shape[axes[i]], before, x.Shape[axes[i]] + before + after));
            }
        }

        using (result)
        {
            var ((top, bottom), (left, right)) = (border[0], border[1]);
            var margins = new Margins(top, bottom, left, right);
            return margins.IsZero ? result.Share() : result.Pad(margins, Border(mode), value);
        }
    }

    private static Devices.PadMode Border(string mode) => mode switch
    {
        "reflect" => Devices.PadMode.Reflect,
        "edge" => Devices.PadMode.Replicate,
        _ => Devices.PadMode.Constant,
    };

    /// <summary>Checks the padding of a dimension: not too large, and a non-empty result. Negative padding crops.</summary>
    private static (int Before, int After) Checked(Shape x, int axis, long before, long after, string mode)
    {
        const long Max = TensorOps.MaxExactInteger;
        long extent = x[axis];
        return before is < -Max or > Max || after is < -Max or > Max || extent + before + after < 1
            || (mode == "reflect" && Math.Max(before, after) >= extent)
                ? throw NodeCall.Refused($"dimension {axis} of {x} can't be padded by {before} and {after} ({mode})")
                : ((int)before, (int)after);
    }

    private static Tensor Filled(Tensor x, int axis, int before, int after, float value)
    {
        var extent = x.Shape[axis];
        var (start, end) = (Math.Max(-before, 0), extent - Math.Max(-after, 0));
        using var middle = x.Slice(axis, start, end - start);
        var parts = new List<Tensor> { middle };
        using var front = before > 0 ? Tensor.Full(x.Shape.With(axis, before), value, x.Device) : null;
        using var back = after > 0 ? Tensor.Full(x.Shape.With(axis, after), value, x.Device) : null;
        if (front is not null)
        {
            parts.Insert(0, front);
        }

        if (back is not null)
        {
            parts.Add(back);
        }

        return TensorOps.Concat(axis, [.. parts]);
    }

    /// <summary>Crops or zero-pads around the centre; of an odd difference the larger part is at the end.</summary>
    private static Tensor Centred(NodeCall call)
    {
        var (x, sizes) = (call.Tensor(0), call.Integers(1));
        var axes = NodeCall.Axes(call.Node.Integers("axes"), x.Shape.Rank);
        if (sizes.Length != axes.Length || Array.Exists(sizes, size => size is < 1 or > TensorOps.MaxExactInteger))
        {
            throw NodeCall.Refused($"sizes [{string.Join(',', sizes)}] do not fit {axes.Length} dimensions of {x.Shape}");
        }

        var result = x.Share();
        for (var i = 0; i < axes.Length; i++)
        {
            using var before = result;
            var (extent, size) = (before.Shape[axes[i]], (int)sizes[i]);
            var more = size - extent;
            _ = Shapes.Bounded(before.Shape.With(axes[i], size));
            result = more <= 0
                ? before.Slice(axes[i], -more / 2, size)
                : Filled(before, axes[i], more / 2, more - (more / 2), 0);
        }

        return result;
    }

    /// <summary>The source index of each element of a padded dimension.</summary>
    private static int[] Sources(string mode, int extent, int before, int length)
    {
        var sources = new int[length];
        for (var i = 0; i < length; i++)
        {
            var index = i - before;
            sources[i] = mode switch
            {
                "reflect" => index < 0 ? -index : index >= extent ? (2 * extent) - 2 - index : index,
                "wrap" => ((index % extent) + extent) % extent,
                _ => Math.Clamp(index, 0, extent - 1),
            };
        }

        return sources;
    }

    private static Tensor Concat(NodeCall call)
    {
        const int MaxParts = 32;
        var parts = Enumerable.Range(0, call.Count).Select(call.Tensor).ToArray();
        ShapeException.ThrowIf(parts.Length == 0, "it has no inputs");

        var axis = NodeCall.Axis(call.Node.Integer("axis", 1), parts[0].Shape.Rank);
        if (parts.Length <= MaxParts)
        {
            return TensorOps.Concat(axis, parts);
        }

        // In a tree: appending one by one would copy the first of thousands of parts thousands of times.
        var joined = new List<Tensor>();
        foreach (var some in parts.Chunk(MaxParts))
        {
            joined.Add(TensorOps.Concat(axis, some));
        }

        while (joined.Count > 1)
        {
            joined = [.. joined.Chunk(MaxParts).Select(some => Joined(axis, some))];
        }

        return joined[0];
    }

    private static Tensor Joined(int axis, Tensor[] parts)
    {
        var result = TensorOps.Concat(axis, parts);
        foreach (var part in parts)
        {
            part.Dispose();
        }

        return result;
    }

    private static HostArray ConcatOnHost(NodeCall call)
    {
        var parts = Enumerable.Range(0, call.Count).Select(call.Host).ToList();
        var first = parts.Count > 0 ? parts[0].Shape : throw NodeCall.Refused("it has no inputs");
        var axis = NodeCall.Axis(call.Node.Integer("axis", 1), first.Rank);
        if (parts.Find(p => p.Shape.Rank != first.Rank || p.Shape.With(axis, 1) != first.With(axis, 1)) is { } other)
        {
            throw NodeCall.Refused($"{first} and {other.Shape} can't be concatenated along dimension {axis}");
        }

        var shape = first.With(axis, NodeCall.Narrow(parts.Sum(p => (long)p.Shape[axis])));
        var values = new List<double>();
        var (outer, _) = first.Around("Concat", axis);
        for (var i = 0; i < outer; i++)
        {
            foreach (var part in parts)
            {
                var row = part.Values.Length / outer;
                values.AddRange(new ArraySegment<double>(part.Values, i * row, row));
            }
        }

        return new HostArray(parts[0].Kind, shape, [.. values]);
    }
}
