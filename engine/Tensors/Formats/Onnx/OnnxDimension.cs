namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>One dimension of a model's input or output: a number, or a name for a size that the caller chooses.</summary>
internal readonly record struct OnnxDimension
{
    private OnnxDimension(long size, string? name) => (Size, Name) = (size, name);

    public long Size { get; }

    /// <summary>Name of a free size; null if the size is fixed.</summary>
    public string? Name { get; }

    public static implicit operator OnnxDimension(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new(size, null);
    }

    public static implicit operator OnnxDimension(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(0, name);
    }

    public override string ToString() => Name ?? Size.ToString(CultureInfo.InvariantCulture);
}
