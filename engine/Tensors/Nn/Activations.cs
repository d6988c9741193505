using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

public sealed class ReLU : Module
{
    public override Tensor Forward(Tensor x) => x.Relu();
}

/// <summary>x where positive, else slope·x.</summary>
public sealed class LeakyReLU(float slope = 0.2f) : Module
{
    public float Slope { get; } = slope;

    public override Tensor Forward(Tensor x) => x.LeakyRelu(Slope);
}

public sealed class Tanh : Module
{
    public override Tensor Forward(Tensor x) => x.Tanh();
}

public sealed class Sigmoid : Module
{
    public override Tensor Forward(Tensor x) => x.Sigmoid();
}

/// <summary>While training, zeroes each element with a probability and scales the others so that the mean stays.</summary>
public sealed class Dropout(float probability = 0.5f) : Module
{
    public override Tensor Forward(Tensor x)
    {
        if (!Training || probability == 0)
        {
            return x;
        }

        var random = Random ?? throw new InvalidOperationException("dropout: the network has no random state; call Initialize(seed) or set Random");
        return x.Dropout(probability, random.Next());
    }
}
