namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// Encodes a picture as mean and log-variance of its style code (Park et al. 2019, appendix A): strided convolutions with spectral and
/// instance norms down to 4×4, then two linear layers. The picture is resized to 256 pixels for six downsamplings, or to 128 for five,
/// which crops below 256 pixels use.
/// </summary>
internal sealed class StyleEncoder : Module
{
    private const int LastSide = 4;

    private readonly List<Sequential> _layers = [];
    private readonly Linear _mean;
    private readonly Linear _variance;

    /// <param name="channels">of the picture</param>
    /// <param name="width">channels of the first layer</param>
    /// <param name="halvings">5 or 6</param>
    /// <param name="zDim">length of the code</param>
    public StyleEncoder(int channels, int width, int halvings, int zDim)
    {
        var inputs = channels;
        for (var i = 0; i < halvings; i++)
        {
            var outputs = width * Math.Min(1 << i, 8);
            var name = Invariant.Text($"layer{i + 1}");
            _layers.Add(Add(
                name, new Sequential(new SpectralNorm(new Conv2d(inputs, outputs, 3, 2, 1, bias: false)), new InstanceNorm2d(outputs))));
            inputs = outputs;
        }

        _mean = Add("fc_mu", new Linear(inputs * LastSide * LastSide, zDim));
        _variance = Add("fc_var", new Linear(inputs * LastSide * LastSide, zDim));
    }

    /// <summary>[N, C, H, W] to mean and log-variance, each [N, z].</summary>
    public (Tensor Mean, Tensor LogVariance) Forward(Tensor picture)
    {
        var side = LastSide << _layers.Count;
        var x = (picture.Shape[2], picture.Shape[3]) == (side, side) ? picture.Share() : picture.Resize(side);
        foreach (var layer in _layers)
        {
            using var before = x;
            using var normalized = layer.Forward(before);
            x = normalized.LeakyRelu();
        }

        using var last = x;
        using var flat = last.Flatten(1);
        return (_mean.Forward(flat), _variance.Forward(flat));
    }
}
