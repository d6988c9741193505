namespace IlgpuGan.Tensors.Formats.Reference;

/// <summary>The norm after convolutions. Convolutions before an instance norm have a bias, those before a batch norm have none.</summary>
internal enum ReferenceNorm
{
    Batch,
    Instance,
    None,
}

/// <summary>
/// One array of a reference network: its state-dict key and its shape. An optional one (a batch norm's step counter) may be missing in
/// files of old PyTorch versions and is then 0.
/// </summary>
internal readonly record struct ReferenceKey(string Name, long[] Shape, bool Optional = false);

/// <summary>A network of the reference program, as far as it can be told from weights: not its padding modes and strides.</summary>
internal abstract record ReferenceArchitecture
{
    /// <summary>Every array of the network, in the order of the reference's files.</summary>
    public abstract IEnumerable<ReferenceKey> Keys();

    /// <summary>Keys of a convolution; weights [out, in, k, k].</summary>
    private protected static IEnumerable<ReferenceKey> Convolution(string name, long output, long input, long kernel, bool bias)
    {
        yield return new(name + ".weight", [output, input, kernel, kernel]);
        if (bias)
        {
            yield return new(name + ".bias", [output]);
        }
    }

    /// <summary>Keys of a transposed convolution; weights [in, out, k, k].</summary>
    private protected static IEnumerable<ReferenceKey> Transposed(string name, long input, long output, long kernel, bool bias)
    {
        yield return new(name + ".weight", [input, output, kernel, kernel]);
        if (bias)
        {
            yield return new(name + ".bias", [output]);
        }
    }

    /// <summary>A batch norm has five arrays, an instance norm none.</summary>
    private protected static IEnumerable<ReferenceKey> NormKeys(string name, long channels, ReferenceNorm norm)
    {
        if (norm != ReferenceNorm.Batch)
        {
            yield break;
        }
        yield return new(name + ".weight", [channels]);
        yield return new(name + ".bias", [channels]);
        yield return new(name + ".running_mean", [channels]);
        yield return new(name + ".running_var", [channels]);
        yield return new(name + ".num_batches_tracked", [], Optional: true);
    }
}

/// <summary>U-Net generator; unet_256 has 8 downs, unet_128 has 7. Its weights do not tell whether it has dropout.</summary>
internal sealed record UNetArchitecture(int Downs, int Ngf, int InputChannels, int OutputChannels, ReferenceNorm Norm)
    : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys() => Level(1, "model.model");

    public override string ToString() =>
        $"U-Net of {Downs} downs, ngf {Ngf}, {InputChannels} to {OutputChannels} channels, norm {Norm.ToString().ToLowerInvariant()}";

    private IEnumerable<ReferenceKey> Level(int level, string path)
    {
        var bias = Norm == ReferenceNorm.Instance;
        var (outermost, innermost) = (level == 1, level == Downs);
        var (outside, inside) = (Width(level - 1), Width(level));
        var down = outermost ? 0 : 1;
        var up = innermost ? 3 : outermost ? 3 : 5;

        var keys = Convolution($"{path}.{down}", inside, outermost ? InputChannels : outside, 4, bias);
        if (!outermost && !innermost)
        {
            keys = keys.Concat(NormKeys($"{path}.2", inside, Norm));
        }
        if (!innermost)
        {
            keys = keys.Concat(Level(level + 1, outermost ? $"{path}.1.model" : $"{path}.3.model"));
        }
        keys = keys.Concat(
            Transposed($"{path}.{up}", innermost ? inside : 2 * inside, outermost ? OutputChannels : outside, 4, bias || outermost));
        return outermost ? keys : keys.Concat(NormKeys($"{path}.{up + 1}", outside, Norm));
    }

    /// <summary>Output channels of a level's down convolution: n, 2n, 4n, then 8n.</summary>
    private long Width(int level) => (long)Ngf << Math.Clamp(level - 1, 0, 3);
}

/// <summary>ResNet generator with transposed convolutions; resnet_9blocks, resnet_6blocks or any other number.</summary>
internal sealed record ResNetArchitecture(int Blocks, int Ngf, int InputChannels, int OutputChannels, ReferenceNorm Norm, bool Dropout)
    : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys()
    {
        var bias = Norm == ReferenceNorm.Instance;
        var (n, second) = ((long)Ngf, Dropout ? 6 : 5);
        var keys = Convolution("model.1", n, InputChannels, 7, bias).Concat(NormKeys("model.2", n, Norm))
            .Concat(Convolution("model.4", 2 * n, n, 3, bias)).Concat(NormKeys("model.5", 2 * n, Norm))
            .Concat(Convolution("model.7", 4 * n, 2 * n, 3, bias)).Concat(NormKeys("model.8", 4 * n, Norm));
        for (var i = 10; i < 10 + Blocks; i++)
        {
            keys = keys.Concat(Convolution($"model.{i}.conv_block.1", 4 * n, 4 * n, 3, bias))
                .Concat(NormKeys($"model.{i}.conv_block.2", 4 * n, Norm))
                .Concat(Convolution($"model.{i}.conv_block.{second}", 4 * n, 4 * n, 3, bias))
                .Concat(NormKeys($"model.{i}.conv_block.{second + 1}", 4 * n, Norm));
        }

        return keys
            .Concat(Transposed($"model.{10 + Blocks}", 4 * n, 2 * n, 3, bias)).Concat(NormKeys($"model.{11 + Blocks}", 2 * n, Norm))
            .Concat(Transposed($"model.{13 + Blocks}", 2 * n, n, 3, bias)).Concat(NormKeys($"model.{14 + Blocks}", n, Norm))
            .Concat(Convolution($"model.{17 + Blocks}", OutputChannels, n, 7, bias: true));
    }

    public override string ToString() =>
        $"ResNet of {Blocks} blocks, ngf {Ngf}, {InputChannels} to {OutputChannels} channels, norm " +
            $"{Norm.ToString().ToLowerInvariant()}{(Dropout ? ", dropout" : "")}";
}

/// <summary>The generator of PyTorch-GAN's cyclegan: upsampling and convolutions, instance norm, biases everywhere.</summary>
internal sealed record UpsampleResNetArchitecture(int Blocks, int Ngf, int InputChannels, int OutputChannels) : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys()
    {
        var n = (long)Ngf;
        var keys = Convolution("model.1", n, InputChannels, 7, bias: true)
            .Concat(Convolution("model.4", 2 * n, n, 3, bias: true)).Concat(Convolution("model.7", 4 * n, 2 * n, 3, bias: true));
        for (var i = 10; i < 10 + Blocks; i++)
        {
            keys = keys.Concat(Convolution($"model.{i}.block.1", 4 * n, 4 * n, 3, bias: true))
                .Concat(Convolution($"model.{i}.block.5", 4 * n, 4 * n, 3, bias: true));
        }

        return keys.Concat(Convolution($"model.{11 + Blocks}", 2 * n, 4 * n, 3, bias: true))
            .Concat(Convolution($"model.{15 + Blocks}", n, 2 * n, 3, bias: true))
            .Concat(Convolution($"model.{19 + Blocks}", OutputChannels, n, 7, bias: true));
    }

    public override string ToString() => $"PyTorch-GAN ResNet of {Blocks} blocks, ngf {Ngf}, {InputChannels} to {OutputChannels} channels";
}

/// <summary>PatchGAN discriminator; 3 layers judge patches of 70×70.</summary>
internal sealed record PatchArchitecture(int Layers, int Ndf, int InputChannels, ReferenceNorm Norm) : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys()
    {
        var keys = Convolution("model.0", Ndf, InputChannels, 4, bias: true);
        // With 0 layers the network still has the unstrided convolution, with the same number of channels.
        for (var j = Math.Min(1, Layers); j <= Layers; j++)
        {
            var index = Layers == 0 ? 2 : (3 * j) - 1;
            keys = keys.Concat(Convolution($"model.{index}", Width(j), Width(Math.Max(j - 1, 0)), 4, Norm == ReferenceNorm.Instance))
                .Concat(NormKeys($"model.{index + 1}", Width(j), Norm));
        }

        return keys.Concat(Convolution($"model.{(3 * Math.Max(Layers, 1)) + 2}", 1, Width(Layers), 4, bias: true));
    }

    public override string ToString() =>
        $"PatchGAN of {Layers} {(Layers == 1 ? "layer" : "layers")}, ndf {Ndf}, {InputChannels} channels, norm " +
            $"{Norm.ToString().ToLowerInvariant()}";

    private long Width(int layer) => (long)Ndf << Math.Min(layer, 3);
}

/// <summary>
/// The discriminator of PyTorch-GAN's cyclegan: four strided layers, instance norm, asymmetric padding, biases everywhere.
/// </summary>
internal sealed record AsymmetricPatchArchitecture(int Ndf, int InputChannels) : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys()
    {
        var n = (long)Ndf;
        return Convolution("model.0", n, InputChannels, 4, bias: true).Concat(Convolution("model.2", 2 * n, n, 4, bias: true))
            .Concat(Convolution("model.5", 4 * n, 2 * n, 4, bias: true)).Concat(Convolution("model.8", 8 * n, 4 * n, 4, bias: true))
            .Concat(Convolution("model.12", 1, 8 * n, 4, bias: true));
    }

    public override string ToString() => $"PyTorch-GAN discriminator, ndf {Ndf}, {InputChannels} channels";
}

/// <summary>Pixel discriminator: 1×1 convolutions.</summary>
internal sealed record PixelArchitecture(int Ndf, int InputChannels, ReferenceNorm Norm) : ReferenceArchitecture
{
    public override IEnumerable<ReferenceKey> Keys()
    {
        var bias = Norm == ReferenceNorm.Instance;
        return Convolution("net.0", Ndf, InputChannels, 1, bias: true).Concat(Convolution("net.2", 2L * Ndf, Ndf, 1, bias))
            .Concat(NormKeys("net.3", 2L * Ndf, Norm)).Concat(Convolution("net.5", 1, 2L * Ndf, 1, bias));
    }

    public override string ToString() =>
        $"pixel discriminator, ndf {Ndf}, {InputChannels} channels, norm {Norm.ToString().ToLowerInvariant()}";
}
