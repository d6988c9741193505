using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>Mirrors the border, which itself is not repeated.</summary>
public sealed class ReflectionPad2d(int left, int right, int top, int bottom) : Module
{
    public ReflectionPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }

    public override Tensor Forward(Tensor x) => x.Pad(left, right, top, bottom, PadMode.Reflect);
}

/// <summary>Repeats the border.</summary>
public sealed class ReplicationPad2d(int left, int right, int top, int bottom) : Module
{
    public ReplicationPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }

    public override Tensor Forward(Tensor x) => x.Pad(left, right, top, bottom, PadMode.Replicate);
}

/// <summary>Surrounds with zeros.</summary>
public sealed class ZeroPad2d(int left, int right, int top, int bottom) : Module
{
    public ZeroPad2d(int amount)
        : this(amount, amount, amount, amount)
    {
    }

    public override Tensor Forward(Tensor x) => x.Pad(left, right, top, bottom);
}

/// <summary>Enlarges by a whole factor.</summary>
public sealed class Upsample(int scale, UpsampleMode mode = UpsampleMode.Nearest) : Module
{
    public override Tensor Forward(Tensor x) => x.Upsample(scale, mode);
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
