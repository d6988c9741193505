using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Resizes any dimensions, by sizes or scales.</summary>
internal static class Resizes
{
    private const int LargestExtent = 1 << 20;

    public static void Add(OperatorList list)
    {
        list.Floats("Resize", Resize);
        list.Floats("Upsample", call => Resized(
            call.Tensor(0), NodeCall.Axes(null, call.ShapeOf(0).Rank), Scales(call, 1) ?? call.Node.Floats("scales"), sizes: null,
            new ResizeTaps(ModeOf(call), "asymmetric", "floor", 0, Excludes: false)));
    }

    private static Tensor Resize(NodeCall call)
    {
        var (x, node) = (call.Tensor(0), call.Node);
        var axes = NodeCall.Axes(node.Integers("axes"), x.Shape.Rank);
        if (call.OperatorSet < 11)
        {
            return Resized(x, axes, Scales(call, 1), null, new ResizeTaps(ModeOf(call), "asymmetric", "floor", 0, Excludes: false));
        }

        var (coordinates, rounding, policy) = (node.Text("coordinate_transformation_mode", "half_pixel"),
            node.Text("nearest_mode", "round_prefer_floor"), node.Text("keep_aspect_ratio_policy", "stretch"));
        if (coordinates is not ("half_pixel" or "half_pixel_symmetric" or "pytorch_half_pixel" or "align_corners" or "asymmetric"))
        {
            throw NodeCall.Refused($"coordinate_transformation_mode = '{coordinates}' is not supported");
        }

        if (rounding is not ("round_prefer_floor" or "round_prefer_ceil" or "floor" or "ceil")
            || policy is not ("stretch" or "not_larger" or "not_smaller"))
        {
            throw NodeCall.Refused($"nearest_mode = '{rounding}' with keep_aspect_ratio_policy = '{policy}' is not supported");
        }

        ShapeException.ThrowIf(node.Integer("antialias", 0) != 0, "antialias is not supported: implementations of it differ");

        var taps = new ResizeTaps(
            ModeOf(call), coordinates, rounding, node.Float("cubic_coeff_a", -0.75f), node.Integer("exclude_outside", 0) != 0);
        var sizes = call.OptionalIntegers(3) is { Length: > 0 } given ? given : null;
        return sizes is null || policy == "stretch"
            ? Resized(x, axes, Scales(call, 2), sizes, taps)
            : Changed(x, OfOneScale(x.Shape, axes, sizes, isWithin: policy == "not_larger"), taps);
    }

    /// <summary>An input as scales; null if it is omitted or empty.</summary>
    private static float[]? Scales(NodeCall call, int index) =>
        call.Has(index) && call.Host(index).Values is { Length: > 0 } given ? Array.ConvertAll(given, scale => (float)scale) : null;

    private static string ModeOf(NodeCall call) => call.Node.Text("mode", "nearest") switch
    {
        "nearest" => "nearest",
        "linear" or "bilinear" => "linear",
        "cubic" => "cubic",
        var other => throw NodeCall.Refused($"mode = '{other}' is not supported"),
    };

    private static Tensor Resized(Tensor x, int[] axes, float[]? scales, long[]? sizes, ResizeTaps taps)
    {
        var given = sizes?.Length ?? scales?.Length ?? throw NodeCall.Refused("it has neither scales nor sizes");
        ShapeException.ThrowIf(given != axes.Length, $"it has {given} scales or sizes for {axes.Length} dimensions");

        return Changed(
            x, axes.Select((axis, i) => sizes is null
                ? Change.ByScale(x.Shape, axis, scales![i])
                : Change.BySize(x.Shape, axis, sizes[i])),
            taps);
    }

    /// <summary>One scale for all dimensions: the largest that stays within the sizes, or the smallest that reaches them.</summary>
    private static IEnumerable<Change> OfOneScale(Shape x, int[] axes, long[] sizes, bool isWithin)
    {
        ShapeException.ThrowIf(sizes.Length != axes.Length, $"{sizes.Length} sizes do not fit {axes.Length} dimensions");

        var scales = axes.Select((axis, i) => Change.BySize(x, axis, sizes[i]).Scale).ToList();
        var scale = isWithin ? scales.Min() : scales.Max();
        return axes.Select(axis => Change.ByRoundedScale(x, axis, scale));
    }

    private static Tensor Changed(Tensor x, IEnumerable<Change> all, ResizeTaps taps)
    {
        var changes = all.Where(change => change.Matters).ToList();
        _ = Shapes.Bounded(changes.Aggregate(x.Shape, (shape, change) => shape.With(change.Axis, change.Outputs)));
        if (Enlarged(x, changes, taps) is { } enlarged)
        {
            return enlarged;
        }

        // Dimensions that shrink come first, so that the others have less work.
        var result = x.Share();
        foreach (var change in changes.OrderBy(change => (double)change.Outputs / change.Inputs))
        {
            using var before = result;
            result = Op.Run(new ResampleOp(taps.Of(change.Inputs, change.Outputs, change.Scale), change.Axis - x.Shape.Rank), before);
        }

        return result;
    }

    /// <summary>Upsamples images by an integer factor with the engine's kernels; null for any other resize.</summary>
    private static Tensor? Enlarged(Tensor x, List<Change> changes, ResizeTaps taps)
    {
        if (x.Shape.Rank != 4 || changes is not [{ Axis: 2 } rows, { Axis: 3 } columns] || rows.Scale != columns.Scale
            || rows.Scale != MathF.Floor(rows.Scale) || rows.Scale < 2)
        {
            return null;
        }

        return taps switch
        {
            { Mode: "nearest", Coordinates: "asymmetric", Rounding: "floor" } => x.Upsample((int)rows.Scale),
            { Mode: "linear", Coordinates: "half_pixel" or "pytorch_half_pixel" } => x.Upsample((int)rows.Scale, UpsampleMode.Bilinear),
            _ => null,
        };
    }

    /// <summary>The resize of one dimension.</summary>
    private readonly record struct Change(int Axis, int Inputs, int Outputs, float Scale)
    {
        public bool Matters => Inputs != Outputs || Scale != 1;

        public static Change ByScale(Shape x, int axis, float scale) => To(MathF.Floor(x[axis] * scale), x, axis, scale);

        /// <summary>Rounds to the nearest extent, ties to the larger one.</summary>
        public static Change ByRoundedScale(Shape x, int axis, float scale) =>
            To(MathF.Floor((x[axis] * scale) + 0.5f), x, axis, scale);

        /// <param name="outputs">the new extent, computed in float32 as in other programs</param>
        /// <param name="x">the whole shape</param>
        /// <param name="axis">the dimension</param>
        /// <param name="scale">outputs per input</param>
        private static Change To(float outputs, Shape x, int axis, float scale) =>
            outputs is >= 1 and <= LargestExtent && float.IsFinite(scale)
                ? new Change(axis, x[axis], (int)outputs, scale)
                : throw NodeCall.Refused($"dimension {axis} of {x} can't be scaled by {scale}");

        public static Change BySize(Shape x, int axis, long size) => size is >= 1 and <= LargestExtent && x[axis] > 0
            ? new Change(axis, x[axis], (int)size, (float)size / x[axis])
            : throw NodeCall.Refused($"dimension {axis} of {x} can't be resized to {size}");
    }
}
