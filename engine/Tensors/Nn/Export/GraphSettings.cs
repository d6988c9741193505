namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>Whose statistics a batch norm uses in an exported graph.</summary>
public enum NormStatistics
{
    /// <summary>Those kept while training: what <c>translate --eval</c> shows.</summary>
    Running,

    /// <summary>
    /// Those of the picture itself: what <c>translate</c> shows, and the reference's recipe for pix2pix. Each picture of a batch has its
    /// own.
    /// </summary>
    Picture,
}

/// <summary>Choices in how modules are written as nodes.</summary>
public record GraphSettings
{
    /// <summary>What batch norms go by. Instance norms always go by the picture.</summary>
    public NormStatistics Statistics { get; init; }

    /// <summary>Multiply batch norms into the convolutions before them; asks for <see cref="NormStatistics.Running"/>.</summary>
    public bool Fold { get; init; }

    /// <summary>
    /// Store convolution weights as 16-bit floats: half the size, at most 2⁻¹¹ of each weight off. A graph still computes with
    /// 32 bits. Biases and norms, which are small, stay as they are.
    /// </summary>
    public bool Half { get; init; }
}
