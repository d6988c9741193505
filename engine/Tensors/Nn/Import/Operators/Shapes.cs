using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Reshapes, transposes, broadcasts, tiles and pixel shuffles; shapes, constants and ranges.</summary>
internal static class Shapes
{
    private const long MostElements = 1L << 30;

    public static void Add(OperatorList list)
    {
        Renamed(list, "Reshape", Reshaped);
        Renamed(list, "Flatten", Flattened);
        Renamed(list, "Squeeze", Squeezed);
        Renamed(list, "Unsqueeze", Unsqueezed);
        list.Same("Transpose", call => call.Tensor(0).Permute(Order(call)));
        list.Host("Transpose", call => call.Host(0).Permuted(Order(call)));
        list.Same("Expand", call => call.Tensor(0).Expand(Expanded(call)));
        list.Host("Expand", call => Few(Expanded(call)) is { } shape
            ? new HostArray(call.Value(0).Kind, shape, call.Host(0).Expanded(shape))
            : null);
        list.Same("Tile", Tile);
        list.Same("DepthToSpace", DepthToSpace);
        list.Same("SpaceToDepth", SpaceToDepth);
        list.Host("Shape", ShapeOf);
        list.Host("Size", call => HostArray.Scalar(ElementKind.Integer, call.ShapeOf(0).Count));
        list.OnDevice.Add("ConstantOfShape", Filled);
        list.Host("ConstantOfShape", FilledOnHost);
        list.Host("Range", Range);
        list.OnDevice.Add("EyeLike", Diagonal);
        list.Same("Trilu", Triangle);
    }

    /// <summary>An operator that only changes its input's shape.</summary>
    private static void Renamed(OperatorList list, string name, Func<NodeCall, Shape, Shape> shape)
    {
        list.Same(name, call => call.Tensor(0).Reshape(shape(call, call.ShapeOf(0))));
        list.Host(name, call => call.Host(0).Reshaped(shape(call, call.ShapeOf(0))));
    }

    /// <summary>0 keeps the input's extent unless <c>allowzero</c> is set; −1 is inferred from the others.</summary>
    private static Shape Reshaped(NodeCall call, Shape x)
    {
        var asked = call.Integers(1, "shape") ?? throw NodeCall.Refused("it has no shape");
        var keeps = call.Node.Integer("allowzero", 0) == 0;
        var extents = new long[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            extents[i] = asked[i] == 0 && keeps ? x[i] : asked[i];
        }

        var open = Array.IndexOf(extents, -1);
        if (open < 0)
        {
            return HostArray.ShapeOf(extents);
        }

        extents[open] = 1;
        var others = HostArray.ShapeOf(extents).Count;
        if (others == 0 || x.Count % others != 0)
        {
            throw NodeCall.Refused($"{x} can't be reshaped to [{string.Join(',', asked)}]: no extent fits in place of -1");
        }

        extents[open] = x.Count / others;
        return HostArray.ShapeOf(extents);
    }

    /// <summary>Two dimensions: the product of those before the axis, and of those from it on.</summary>
    private static Shape Flattened(NodeCall call, Shape x)
    {
        var axis = call.Node.Integer("axis", 1);
        var index = axis < 0 ? axis + x.Rank : axis;
        return index < 0 || index > x.Rank ? throw NodeCall.Refused($"there is no dimension {axis} of {x}")
            : HostArray.ShapeOf([Product(x.ToArray().AsSpan(0, (int)index)), Product(x.ToArray().AsSpan((int)index))]);

        static long Product(Span<int> extents)
        {
            long product = 1;
            foreach (var extent in extents)
            {
                product *= extent;
            }

            return product;
        }
    }

    private static Shape Squeezed(NodeCall call, Shape x)
    {
        var axes = call.Integers(1, "axes") is { } given
            ? NodeCall.Axes(given, x.Rank)
            : [.. Enumerable.Range(0, x.Rank).Where(axis => x[axis] == 1)];
        return Array.Exists(axes, axis => x[axis] != 1)
            ? throw NodeCall.Refused($"it squeezes dimensions {string.Join(", ", axes)} of {x}, not all of which are 1")
            : new Shape([.. x.ToArray().Where((_, axis) => !axes.Contains(axis))]);
    }

    private static Shape Unsqueezed(NodeCall call, Shape x)
    {
        var given = call.Integers(1, "axes") ?? throw NodeCall.Refused("it has no axes");
        var axes = Array.ConvertAll(given, axis => NodeCall.Axis(axis, x.Rank + given.Length));
        var extents = new Queue<int>(x.ToArray());
        return axes.Distinct().Count() == axes.Length
            ? new Shape([.. Enumerable.Range(0, x.Rank + axes.Length).Select(i => axes.Contains(i) ? 1 : extents.Dequeue())])
            : throw NodeCall.Refused("it names a dimension twice");
    }

    private static int[] Order(NodeCall call)
    {
        var rank = call.ShapeOf(0).Rank;
        var order = call.Node.Integers("perm") is { } given
            ? Array.ConvertAll(given, axis => NodeCall.Axis(axis, rank))
            : [.. Enumerable.Range(0, rank).Reverse()];
        return order.Length == rank && order.Distinct().Count() == rank
            ? order
            : throw NodeCall.Refused($"perm [{string.Join(',', order)}] is no permutation of the dimensions of {call.ShapeOf(0)}");
    }

    private static Shape Expanded(NodeCall call) =>
        Bounded(Shape.Broadcast("Expand", call.ShapeOf(0), HostArray.ShapeOf(call.Integers(1))));

    /// <summary>Checks the size of an output.</summary>
    /// <exception cref="ShapeException">it has more than 2³⁰ elements</exception>
    public static Shape Bounded(Shape shape) => shape.Count <= MostElements
        ? shape
        : throw NodeCall.Refused($"it makes {shape}, which has more than {MostElements} elements");

    /// <summary>The shape if it has few enough elements for the host; else null.</summary>
    private static Shape? Few(Shape shape) => shape.Count <= HostArray.MaxElements ? shape : null;

    private static Tensor Tile(NodeCall call)
    {
        var (x, repeats) = (call.Tensor(0), call.Integers(1));
        if (repeats.Length != x.Shape.Rank || Array.Exists(repeats, r => r is < 1 or > int.MaxValue))
        {
            throw NodeCall.Refused(
                $"its repeats [{string.Join(',', repeats)}] do not fit {x.Shape}: each dimension needs one, of at least 1");
        }

        _ = Bounded(HostArray.ShapeOf([.. repeats.Select((r, axis) => checked(r * x.Shape[axis]))]));
        var result = x.Share();
        for (var axis = 0; axis < repeats.Length; axis++)
        {
            if (repeats[axis] > 1)
            {
                using var before = result;
                var (outer, inner) = before.Shape.Around("Tile", axis);
                var part = before.Shape[axis] * inner;
                using var rows = before.Reshape(new Shape(outer, 1, part));
                using var repeated = rows.Expand(new Shape(outer, (int)repeats[axis], part));
                result = repeated.Reshape(before.Shape.With(axis, before.Shape[axis] * (int)repeats[axis]));
            }
        }

        return result;
    }

    private static Tensor DepthToSpace(NodeCall call)
    {
        var (x, factor) = (call.Tensor(0), Factor(call));
        var mode = call.Node.Text("mode", "DCR");
        if (mode == "CRD")
        {
            return x.PixelShuffle(factor);
        }

        var s = x.Shape;
        if (mode != "DCR" || s[1] % (factor * factor) != 0)
        {
            throw NodeCall.Refused($"it needs mode DCR or CRD and channels divisible by {factor * factor}, not mode {mode} and {s}");
        }

        using var squares = x.Reshape(new Shape(s[0], factor, factor, s[1] / (factor * factor), s[2], s[3]));
        using var pixels = squares.Permute(0, 3, 4, 1, 5, 2);
        return pixels.Reshape(new Shape(s[0], s[1] / (factor * factor), s[2] * factor, s[3] * factor));
    }

    private static Tensor SpaceToDepth(NodeCall call)
    {
        var (x, factor) = (call.Tensor(0), Factor(call));
        var s = x.Shape;
        if (s[2] % factor != 0 || s[3] % factor != 0)
        {
            throw NodeCall.Refused($"height and width of {s} are not divisible by its blocksize {factor}");
        }

        using var squares = x.Reshape(new Shape(s[0], s[1], s[2] / factor, factor, s[3] / factor, factor));
        using var channels = squares.Permute(0, 3, 5, 1, 2, 4);
        return channels.Reshape(new Shape(s[0], s[1] * factor * factor, s[2] / factor, s[3] / factor));
    }

    private static int Factor(NodeCall call) => call.Node.Integer("blocksize", 0) is >= 1 and <= 4096 and var factor
        && call.ShapeOf(0).Rank == 4
            ? (int)factor
            : throw NodeCall.Refused(
                $"its blocksize {call.Node.Integer("blocksize", 0)} does not fit {call.ShapeOf(0)}: it is 1 to 4096, and the input " +
                "[N, C, H, W]");

    private static HostArray ShapeOf(NodeCall call)
    {
        var shape = call.ShapeOf(0);
        var (start, end) = (Clamped(call.Node.Integer("start", 0)), Clamped(call.Node.Integer("end", shape.Rank)));
        return HostArray.Integers([.. shape.ToArray()[start..Math.Max(start, end)].Select(extent => (double)extent)]);

        int Clamped(long axis) => (int)Math.Clamp(axis < 0 ? axis + shape.Rank : axis, 0, shape.Rank);
    }

    private static IReadOnlyList<RunningValue> Filled(NodeCall call)
    {
        var (shape, value) = Constant(call);
        return [RunningValue.Of(Tensor.Full(shape, (float)value.Values[0], call.Device), value.Kind)];
    }

    private static HostArray? FilledOnHost(NodeCall call)
    {
        var (shape, value) = Constant(call);
        return Few(shape) is null ? null : new HostArray(value.Kind, shape, [.. Enumerable.Repeat(value.Values[0], (int)shape.Count)]);
    }

    private static (Shape Shape, HostArray Value) Constant(NodeCall call)
    {
        var value = call.Node.Tensor("value") is { } given ? HostArray.Of(given) : HostArray.Scalar(ElementKind.Float, 0);
        return value.Values.Length == 1
            ? (Bounded(HostArray.ShapeOf(call.Integers(0))), value)
            : throw NodeCall.Refused("its value should be one number");
    }

    /// <summary>start, start + step, … below the limit.</summary>
    private static HostArray Range(NodeCall call)
    {
        var (start, limit, step) = (call.Host(0).Values, call.Host(1).Values, call.Host(2).Values);
        if (start.Length != 1 || limit.Length != 1 || step.Length != 1 || step[0] == 0)
        {
            throw NodeCall.Refused("it needs a start, a limit and a step that is not 0, each one number");
        }

        var count = Math.Max(Math.Ceiling((limit[0] - start[0]) / step[0]), 0);
        return count <= HostArray.MaxReadBack
            ? HostArray.Integers([.. Enumerable.Range(0, (int)count).Select(i => (double)i)])
                .Map(call.Value(0).Kind, i => start[0] + (i * step[0]))
            : throw NodeCall.Refused($"it makes {count} numbers, more than {HostArray.MaxReadBack}");
    }

    /// <summary>0, 1, … along one dimension of a given rank, the others having extent 1; computed on the device.</summary>
    public static Tensor Arange(int rank, int axis, int extent, Device device)
    {
        var extents = new int[rank];
        Array.Fill(extents, 1);
        extents[axis] = extent;
        using var ones = Tensor.Ones(new Shape(extents), device);
        return ones.CumulativeSum(axis, exclusive: true);
    }

    /// <summary>Column minus row of each element of a matrix [H, W]: its offset from the main diagonal.</summary>
    public static Tensor DiagonalOffsets(int height, int width, Device device)
    {
        using var rows = Arange(2, 0, height, device);
        using var columns = Arange(2, 1, width, device);
        return columns.Subtract(rows);
    }

    /// <summary>EyeLike: ones on a diagonal, else zeros.</summary>
    private static IReadOnlyList<RunningValue> Diagonal(NodeCall call)
    {
        var shape = call.ShapeOf(0);
        ShapeException.ThrowIf(shape.Rank != 2, $"{shape} is no matrix");

        var kind = call.Node.Has("dtype")
            ? OnnxTypes.Find((int)call.Node.Integer("dtype", 0)) is { } type ? HostArray.KindOf(type)
                : throw NodeCall.Refused($"its type {call.Node.Integer("dtype", 0)} holds no numbers")
            : call.Value(0).Kind;
        using var offsets = DiagonalOffsets(shape[0], shape[1], call.Device);
        return [RunningValue.Of(offsets.EqualTo(NodeCall.Narrow(call.Node.Integer("k", 0))), kind)];
    }

    /// <summary>The upper or lower triangle of each matrix, diagonal included; 0 elsewhere.</summary>
    private static Tensor Triangle(NodeCall call)
    {
        var x = call.Tensor(0);
        ShapeException.ThrowIf(x.Shape.Rank < 2, $"{x.Shape} holds no matrices");

        var diagonal = call.Integers(1, "k") is [var k] ? Math.Clamp(k, -TensorOps.MaxExactInteger, TensorOps.MaxExactInteger) : 0;
        using var offsets = DiagonalOffsets(x.Shape[-2], x.Shape[-1], x.Device);
        using var kept = call.Node.Integer("upper", 1) != 0
            ? offsets.GreaterThanOrEqual((float)diagonal)
            : offsets.LessThanOrEqual((float)diagonal);
        return x.Mask(kept);
    }
}
