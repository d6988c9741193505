namespace IlgpuGan.Hosting;

/// <summary>A translated image file, and what there is to say of it.</summary>
public sealed record TranslationResult
{
    /// <summary>Its bytes.</summary>
    public required byte[] File { get; init; }

    /// <summary>
    /// <c>left</c> or <c>right</c> if the picture has the shape of the model's training pairs, and only this half was translated; null for
    /// the whole picture.
    /// </summary>
    public required string? Half { get; init; }

    /// <summary>
    /// The size, as <c>2044x1533</c>, to which the picture was reduced, because it has more pixels than are allowed; null if it was not.
    /// </summary>
    public required string? ReducedTo { get; init; }

    /// <summary>
    /// Phrases for whoever sent the picture: that it is no label map where the model reads such, that it is much larger than the pictures
    /// of the training, what of the file was not read.
    /// </summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
