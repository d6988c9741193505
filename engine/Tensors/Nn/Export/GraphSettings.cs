namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>The statistics of batch norms in an exported graph.</summary>
internal enum NormStatistics
{
    /// <summary>The running statistics, as in <c>translate --eval</c>.</summary>
    Running,

    /// <summary>The statistics of each picture, as in <c>translate</c> and in the reference's recipe for pix2pix.</summary>
    Picture,
}

/// <summary>Settings of an export.</summary>
public record GraphSettings
{
    /// <summary>The statistics of batch norms. Instance norms always use those of the picture, unless they track running ones.</summary>
    internal NormStatistics Statistics { get; init; }

    /// <summary>Fold batch norms into the convolutions before them; requires <see cref="NormStatistics.Running"/>.</summary>
    public bool Fold { get; init; }

    /// <summary>
    /// Store convolution weights as 16-bit floats: half the size, with a relative error of at most 2⁻¹¹. The graph still computes with 32
    /// bits. Biases and norms, which are small, stay as they are.
    /// </summary>
    public bool Half { get; init; }

    /// <summary>Write empty constants for the weights, which need not be there: for what a graph computes.</summary>
    internal bool WithoutValues { get; init; }
}
