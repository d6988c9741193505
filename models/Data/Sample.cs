namespace IlgpuGan.Models.Data;

/// <summary>A preprocessed sample on the host: named fields, in the same order for all samples of a set.</summary>
/// <param name="Name">name for display and file names</param>
/// <param name="Fields">the fields; a <see cref="Batch"/> has the same names, with a leading batch axis</param>
public sealed record Sample(string Name, params IReadOnlyList<SampleField> Fields);

/// <summary>One field of a sample.</summary>
public abstract record SampleField(string Name)
{
    /// <summary>Shape of one sample, without the batch axis.</summary>
    public abstract Shape Shape { get; }

    /// <summary>The size for messages: <c>64x64</c>.</summary>
    public abstract string Size { get; }

    /// <summary>Writes all numbers of the shape.</summary>
    public abstract void CopyTo(Span<float> values);
}

/// <summary>A picture, [C, H, W] in [−1, 1].</summary>
public sealed record PictureField(string Name, Picture Picture) : SampleField(Name)
{
    public override Shape Shape => new(Picture.Channels, Picture.Height, Picture.Width);

    public override string Size => $"{Picture.Width}x{Picture.Height}";

    public override void CopyTo(Span<float> values) => Picture.CopyTo(values);
}

/// <summary>Numbers of any shape, as many as the shape has: a mask, a one-hot label, a vector.</summary>
public sealed record NumbersField(string Name, float[] Values, Shape ShapeOfOne) : SampleField(Name)
{
    public override Shape Shape => ShapeOfOne;

    public override string Size => ShapeOfOne.ToString();

    public override void CopyTo(Span<float> values) => Values.CopyTo(values);
}
