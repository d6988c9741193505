namespace IlgpuGan.Models.Networks;

/// <summary>
/// x + f(x) for [N, C, H, W], where f is two 3×3 convolutions, each followed by a norm, with a ReLU in between; no activation after the
/// sum.
/// </summary>
internal sealed class ResidualBlock : SkipBlock
{
    /// <param name="channels">channels of input and output</param>
    /// <param name="norm">norm after each convolution</param>
    /// <param name="dropout">drop half of the values between the convolutions</param>
    /// <param name="padding">padding of the convolutions</param>
    /// <param name="name">name of the layers in state-dict keys</param>
    /// <param name="spectral">spectral norms on the convolutions</param>
    public ResidualBlock(
        int channels, NormKind norm, bool dropout = false, BlockPadding padding = BlockPadding.Reflect, string name = "conv_block",
            bool spectral = false)
        : base(SkipConnection.Sum)
    {
        Layers = Add(name, new Sequential());
        AppendConvolution();
        Layers.Append(new Relu());
        if (dropout)
        {
            Layers.Append(new Dropout());
        }

        AppendConvolution();

        void AppendConvolution()
        {
            if (padding != BlockPadding.Zero)
            {
                Layers.Append(padding == BlockPadding.Reflect ? new ReflectionPad2d(1) : new ReplicationPad2d(1));
            }

            var border = padding == BlockPadding.Zero ? 1 : 0;
            var convolution = new Conv2d(channels, channels, 3, 1, border, norm.HasBias());
            Layers.AppendAll(spectral ? new SpectralNorm(convolution) : convolution, norm.Layer(channels));
        }
    }

    public override Sequential Layers { get; }
}
