using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>A border around pictures, in pixels.</summary>
public abstract class Padding2d(int left, int right, int top, int bottom, PadMode mode) : Module
{
    public int Left { get; } = left;

    public int Right { get; } = right;

    public int Top { get; } = top;

    public int Bottom { get; } = bottom;

    public PadMode Mode { get; } = mode;

    /// <summary>The same amount, at least 0, on each side.</summary>
    internal bool IsEven => Left >= 0 && Left == Right && Left == Top && Left == Bottom;

    public override Tensor Forward(Tensor x) => x.Pad(Left, Right, Top, Bottom, Mode);
}

/// <summary>Mirrors the border, which itself is not repeated.</summary>
public sealed class ReflectionPad2d(int left, int right, int top, int bottom) : Padding2d(left, right, top, bottom, PadMode.Reflect)
{
    public ReflectionPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }
}

/// <summary>Repeats the border.</summary>
public sealed class ReplicationPad2d(int left, int right, int top, int bottom) : Padding2d(left, right, top, bottom, PadMode.Replicate)
{
    public ReplicationPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }
}

/// <summary>Surrounds with zeros.</summary>
public sealed class ZeroPad2d(int left, int right, int top, int bottom) : Padding2d(left, right, top, bottom, PadMode.Constant)
{
    public ZeroPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }
}

/// <summary>Enlarges by a whole factor.</summary>
public sealed class Upsample(int scale, UpsampleMode mode = UpsampleMode.Nearest) : Module
{
    public int Scale { get; } = scale;

    public UpsampleMode Mode { get; } = mode;

    public override Tensor Forward(Tensor x) => x.Upsample(Scale, Mode);
}

/// <summary>Mean of each window; the padding counts as zeros.</summary>
public sealed class AvgPool2d(int kernel, int stride = 0, int padding = 0) : Module
{
    public override Tensor Forward(Tensor x) => x.AveragePool(kernel, stride, padding);
}

/// <summary>Maximum of each window.</summary>
public sealed class MaxPool2d(int kernel, int stride = 0, int padding = 0) : Module
{
    public override Tensor Forward(Tensor x) => x.MaxPool(kernel, stride, padding);
}
