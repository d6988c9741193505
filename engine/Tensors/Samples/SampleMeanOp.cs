using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Samples;

/// <summary>
/// The mean of a tensor over all samples of a step, on all ranks or on this one. Each sample's input acts on the losses of all samples, so
/// its gradient is the mean of the gradients that they have of the result.
/// </summary>
internal sealed class SampleMeanOp(SampleReduction samples, bool ofAllRanks) : Op
{
    public override string Name => "sample_mean";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        samples.Mean(inputs[0], output, ofAllRanks);

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(this, dy)];
}
