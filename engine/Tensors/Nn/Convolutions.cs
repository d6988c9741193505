using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>Convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [out, in, k, k] and <c>bias</c> [out].</summary>
public sealed class Conv2d : Module
{
    private readonly (int Stride, int Padding, int Dilation) _settings;

    public Conv2d(int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, bool bias = true, int dilation = 1)
    {
        _settings = (stride, padding, dilation);
        Weight = AddParameter("weight", new Shape(outputChannels, inputChannels, kernel, kernel), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public override Tensor Forward(Tensor x) =>
        x.Conv2d(Weight.Value, Bias?.Value, _settings.Stride, _settings.Padding, _settings.Dilation);
}

/// <summary>Transposed convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [in, out, k, k] and <c>bias</c> [out].</summary>
public sealed class ConvTranspose2d : Module
{
    private readonly (int Stride, int Padding, int OutputPadding) _settings;

    public ConvTranspose2d(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, int outputPadding = 0, bool bias = true)
    {
        _settings = (stride, padding, outputPadding);
        Weight = AddParameter("weight", new Shape(inputChannels, outputChannels, kernel, kernel), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public override Tensor Forward(Tensor x) =>
        x.ConvTranspose2d(Weight.Value, Bias?.Value, _settings.Stride, _settings.Padding, _settings.OutputPadding);
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
