using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y [N, C, OH, OW] = x [N, C, H, W] with each side extended, or cropped where the amount is negative.</summary>
internal sealed class PadOp(PadMode mode, float value, PadGeometry g, Shape planes) : Op
{
    public override string Name => "pad";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes.With(-2, g.OutH).With(-1, g.OutW);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new PadCall(mode, value, inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new PadGradientOp(mode, g, planes), dy)];
}

/// <summary>Adds each element to the one it was copied from: the transpose of <see cref="PadOp"/> with the value 0.</summary>
internal sealed class PadGradientOp(PadMode mode, PadGeometry g, Shape planes) : Op
{
    public override string Name => "pad_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new PadGradientCall(mode, inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new PadOp(mode, 0, g, planes), dy)];
}

public static partial class TensorOps
{
    /// <summary>Pads the planes of x [N, C, H, W] on each side; negative amounts crop.</summary>
    /// <exception cref="ShapeException">
    /// the result is empty, or a reflection or a circular padding reaches beyond the opposite border
    /// </exception>
    public static Tensor Pad(this Tensor x, Margins margins, PadMode mode = PadMode.Constant, float value = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (top, bottom, left, right) = margins;
        var g = PadShapes.Check("pad", x.Shape, left, right, top, bottom, mode);
        return margins.IsZero ? x.Whole()
            : mode == PadMode.Circular ? x.Wrapped(left, right, top, bottom)
            : Op.Run(new PadOp(mode, value, g, x.Shape), x);
    }

    /// <summary>Padding with the opposite borders: the columns first, then the rows of what that made.</summary>
    private static Tensor Wrapped(this Tensor x, int left, int right, int top, int bottom)
    {
        using var wide = Wrapped(x, -1, left, right);
        return Wrapped(wide, -2, top, bottom);
    }

    private static Tensor Wrapped(Tensor x, int axis, int before, int after)
    {
        var extent = x.Shape[axis];
        if (before == 0 && after == 0)
        {
            return x.Share();
        }

        // As in PyTorch, what is cropped on one side is not there to be repeated on the other.
        var start = Math.Max(-before, 0);
        using var kept = x.Slice(axis, start, extent - start - Math.Max(-after, 0));
        using var first = kept.Slice(axis, kept.Shape[axis] - Math.Max(before, 0), Math.Max(before, 0));
        using var last = kept.Slice(axis, 0, Math.Max(after, 0));
        return Concat(axis, first, kept, last);
    }
}

/// <summary>Shape rules of padding.</summary>
internal static class PadShapes
{
    /// <exception cref="ShapeException">the result is empty, or a reflection reaches beyond the opposite border</exception>
    public static PadGeometry Check(string op, Shape x, int left, int right, int top, int bottom, PadMode mode)
    {
        var (planes, h, w) = Planes.Of(op, x);
        if ((long)h + top + bottom < 1 || (long)w + left + right < 1)
        {
            throw new ShapeException($"{op}: amounts {left},{right} (left,right) and {top},{bottom} (top,bottom) leave nothing of {x}");
        }

        _ = (Extents.Of(op, (long)h + top + bottom, x), Extents.Of(op, (long)w + left + right, x));
        _ = (Extents.Of(op, (long)h + top, x), Extents.Of(op, (long)w + left, x));
        var g = new PadGeometry(planes, h, w, top, bottom, left, right);
        if (mode == PadMode.Reflect && (Math.Max(left, right) >= w || Math.Max(top, bottom) >= h))
        {
            throw new ShapeException($"{op}: a reflection by {left},{right} (left,right) and {top},{bottom} (top,bottom) needs larger " +
                $"planes than {x}: at most extent − 1");
        }

        if (mode == PadMode.Circular && (Math.Max(left, right) > w + Math.Min(Math.Min(left, right), 0)
            || Math.Max(top, bottom) > h + Math.Min(Math.Min(top, bottom), 0)))
        {
            throw new ShapeException(
                $"{op}: a circular padding by {left},{right} (left,right) and {top},{bottom} (top,bottom) needs larger planes than {x}: " +
                    "at most the extent");
        }

        return g;
    }
}

/// <summary>The planes of a shape […, H, W].</summary>
internal static class Planes
{
    public static (int Count, int H, int W) Of(string op, Shape x)
    {
        if (x.Rank < 2 || x[-2] == 0 || x[-1] == 0)
        {
            throw new ShapeException($"{op}: input {x} must have planes of at least one pixel, […, H, W]");
        }

        return (Extents.Of(op, x.Count / ((long)x[-2] * x[-1]), x), x[-2], x[-1]);
    }
}
