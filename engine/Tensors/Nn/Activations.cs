using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

public sealed class ReLU : Module
{
    public override Tensor Forward(Tensor x) => x.Relu();

    public override Tensor Consume(Tensor x) => Op.RunInPlace(new UnaryOp(UnaryFunction.Relu), x);
}

/// <summary>x where positive, else slope·x.</summary>
public sealed class LeakyReLU(float slope = 0.2f) : Module
{
    public float Slope { get; } = slope;

    public override Tensor Forward(Tensor x) => x.LeakyRelu(Slope);

    public override Tensor Consume(Tensor x) => Op.RunInPlace(TensorOps.LeakyReluOp(Slope), x);
}

public sealed class Tanh : Module
{
    public override Tensor Forward(Tensor x) => x.Tanh();

    public override Tensor Consume(Tensor x) => Op.RunInPlace(new UnaryOp(UnaryFunction.Tanh), x);
}

public sealed class Sigmoid : Module
{
    public override Tensor Forward(Tensor x) => x.Sigmoid();

    public override Tensor Consume(Tensor x) => Op.RunInPlace(new UnaryOp(UnaryFunction.Sigmoid), x);
}

/// <summary>While training, zeroes each element with a probability and scales the others so that the mean stays.</summary>
public sealed class Dropout(float probability = 0.5f) : Module
{
    /// <summary>Whether nothing is dropped at the moment.</summary>
    public bool IsIdentity => !Training || probability == 0;

    public override Tensor Forward(Tensor x) => IsIdentity ? x : x.Dropout(probability, NextKey(x.Device));

    public override Tensor Consume(Tensor x) => IsIdentity ? x : Op.RunInPlace(TensorOps.DropoutOp(probability, NextKey(x.Device)), x);

    private RandomKey NextKey(Device device) =>
        (Random ?? throw new InvalidOperationException("dropout: the network has no random state; call Initialize(seed) or set Random")).Next(device);
}
