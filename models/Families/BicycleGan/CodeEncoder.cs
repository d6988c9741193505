namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// BicycleGAN's encoder: a residual network with several downsamplings, average pooling and two linear layers.
/// [N, C, H, W] to the mean [N, nz] and the log-variance [N, nz] of a picture's code. State-dict keys are the reference's.
/// </summary>
internal sealed class CodeEncoder : Module
{
    private const int WidestFactor = 4;

    private readonly Sequential _conv;
    private readonly Sequential _mean;
    private readonly Sequential _logVariance;

    public CodeEncoder(BicycleGanOptions o)
    {
        _conv = Add("conv", new Sequential(new Conv2d(o.OutputNc, o.Nef, 4, 2, 1)));
        for (var block = 1; block < o.EncoderBlocks; block++)
        {
            _conv.Append(new Block(Width(block), Width(block + 1)));
        }

        _conv.Append(new LeakyRelu()).Append(new AdaptiveAvgPool2d(1)).Append(new Flatten());
        _mean = Add("fc", new Sequential(new Linear(Width(o.EncoderBlocks), o.Nz)));
        _logVariance = Add("fcVar", new Sequential(new Linear(Width(o.EncoderBlocks), o.Nz)));

        int Width(int block) => o.Nef * Math.Min(block, WidestFactor);
    }

    public (Tensor Mean, Tensor LogVariance) Forward(Tensor x)
    {
        using var features = _conv.Forward(x);
        return (_mean.Forward(features), _logVariance.Forward(features));
    }

    /// <summary>Two normalised convolutions, then average pooling; the shortcut is average pooling and a 1×1 convolution.</summary>
    private sealed class Block : Layer
    {
        private readonly Sequential _conv;
        private readonly Sequential _shortcut;

        public Block(int input, int output)
        {
            _conv = Add("conv", new Sequential(
                new InstanceNorm2d(input), new LeakyRelu(), new Conv2d(input, input, 3, 1, 1),
                new InstanceNorm2d(input), new LeakyRelu(), new Sequential(new Conv2d(input, output, 3, 1, 1), new AvgPool2d(2))));
            _shortcut = Add("shortcut", new Sequential(new AvgPool2d(2), new Conv2d(input, output, 1)));
        }

        public override Tensor Forward(Tensor x)
        {
            using var shortcut = _shortcut.Forward(x);
            using var y = _conv.Forward(x);
            return y + shortcut;
        }
    }
}
