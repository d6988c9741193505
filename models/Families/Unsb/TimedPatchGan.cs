using IlgpuGan.Models.Families.Cut;

namespace IlgpuGan.Models.Families.Unsb;

/// <summary>
/// CUT's discriminator with the time added after the first convolution. [N, C, H, W] to raw scores [N, 1, H', W'].
/// </summary>
internal sealed class TimedPatchGan : Module
{
    private readonly Layer _first;
    private readonly Sequential _rest;
    private readonly TimeEmbedding _embedding;
    private readonly Linear _time;

    /// <inheritdoc cref="AntialiasedPatchGan(int, int, int)"/>
    public TimedPatchGan(int inputChannels, int ndf, int layers)
    {
        var all = AntialiasedPatchGan.Layers(inputChannels, ndf, layers);
        _first = Add("first", all[0]);
        _rest = Add("rest", new Sequential(all.AsSpan(1)));
        _embedding = Add("t_embed", new TimeEmbedding(4 * ndf));
        _time = Add("dense", new Linear(4 * ndf, ndf));
    }

    public Tensor Forward(Tensor x, int time)
    {
        using var embedding = _embedding.Forward(time, x.Device);
        using var shifts = _time.Forward(embedding);
        using var planes = shifts.Reshape(1, -1, 1, 1);
        using var first = _first.Forward(x);
        using var shifted = first.Add(planes);
        return _rest.Forward(shifted);
    }
}
