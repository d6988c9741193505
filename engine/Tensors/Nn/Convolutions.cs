using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>Convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [out, in, k, k] and <c>bias</c> [out].</summary>
public sealed class Conv2d : Module
{
    public Conv2d(int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, bool bias = true, int dilation = 1)
    {
        (Stride, Padding, Dilation) = (stride, padding, dilation);
        Weight = AddParameter("weight", new Shape(outputChannels, inputChannels, kernel, kernel), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Dilation { get; }

    public override Tensor Forward(Tensor x) => x.Conv2d(Weight.Value, Bias?.Value, Stride, Padding, Dilation);

    /// <summary>The forward of a padding layer and this one behind it, in one.</summary>
    internal Tensor ForwardBehind(Padding2d border, Tensor x) =>
        x.Conv2d(Weight.Value, Bias?.Value, Stride, border.Left, Dilation, border.Mode);
}

/// <summary>Transposed convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [in, out, k, k] and <c>bias</c> [out].</summary>
public sealed class ConvTranspose2d : Module
{
    public ConvTranspose2d(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, int outputPadding = 0, bool bias = true)
    {
        (Stride, Padding, OutputPadding) = (stride, padding, outputPadding);
        Weight = AddParameter("weight", new Shape(inputChannels, outputChannels, kernel, kernel), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public int Stride { get; }

    public int Padding { get; }

    /// <summary>Rows and columns added below and right of the result.</summary>
    public int OutputPadding { get; }

    public override Tensor Forward(Tensor x) => x.ConvTranspose2d(Weight.Value, Bias?.Value, Stride, Padding, OutputPadding);
}

/// <summary>x [rows, in] · weightᵀ + bias: [rows, out]; keys <c>weight</c> [out, in] and <c>bias</c> [out].</summary>
public sealed class Linear : Module
{
    public Linear(int inputFeatures, int outputFeatures, bool bias = true)
    {
        Weight = AddParameter("weight", new Shape(outputFeatures, inputFeatures), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputFeatures), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public override Tensor Forward(Tensor x) => x.Linear(Weight.Value, Bias?.Value);
}
