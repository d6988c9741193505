namespace IlgpuGan.Hosting;

/// <summary>A translated image file, and what there is to say of it.</summary>
/// <param name="File">its bytes</param>
/// <param name="Half">
/// <c>left</c> or <c>right</c> if the picture has the shape of the model's training pairs, and only this half was translated; null for
/// the whole picture
/// </param>
/// <param name="ReducedTo">
/// the size, as <c>2044x1533</c>, to which the picture was reduced, because it has more pixels than are allowed; null if it was not
/// </param>
/// <param name="Remarks">
/// phrases for whoever sent the picture: that it is no label map where the model reads such, that it is much larger than the pictures of
/// the training, what of the file was not read
/// </param>
public sealed record TranslationResult(byte[] File, string? Half, string? ReducedTo, IReadOnlyList<string> Remarks);
