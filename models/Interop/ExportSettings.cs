namespace IlgpuGan.Models.Interop;

/// <summary>Whose statistics a batch norm uses in an exported graph.</summary>
public enum NormStatistics
{
    /// <summary>Those kept while training: what <c>translate --eval</c> shows.</summary>
    Running,

    /// <summary>Those of the picture itself: what <c>translate</c> shows, and the reference's recipe for pix2pix. Each picture of a batch has its own.</summary>
    Picture,
}

/// <summary>Choices in how a network leaves.</summary>
public sealed record ExportSettings
{
    /// <summary>ONNX only: what batch norms go by. Instance norms always go by the picture.</summary>
    public NormStatistics Statistics { get; init; }

    /// <summary>ONNX only: multiply batch norms into the convolutions before them; asks for <see cref="NormStatistics.Running"/>.</summary>
    public bool Fold { get; init; }

    /// <summary>
    /// Store convolution weights as 16-bit floats: half the size, at most 2⁻¹¹ of each weight off. An ONNX graph still computes with
    /// 32 bits. Biases and norms, which are small, stay as they are.
    /// </summary>
    public bool Half { get; init; }

    /// <summary>Text that travels with the network in safetensors and ONNX.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
