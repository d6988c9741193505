using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Translation;
using Microsoft.Extensions.AI;

namespace IlgpuGan.Extensions.AI;

/// <summary>
/// A <see cref="Translator"/> as an <see cref="IImageGenerator"/>: each of a request's <see cref="ImageGenerationRequest.OriginalImages"/>
/// is translated to one picture. There is no language model, so prompts are ignored. Thread-safe.
/// </summary>
/// <param name="translator">the translator; the caller owns it and its device</param>
/// <param name="model">value of <see cref="ImageGeneratorMetadata.DefaultModelId"/></param>
[Experimental("MEAI001")]
public sealed class TranslatorImageGenerator(Translator translator, string? model = null) : IImageGenerator
{
    private readonly ImageGeneratorMetadata _metadata = new("ilgpugan", null, model);

    /// <exception cref="ArgumentException">no picture, a picture without bytes, or more than one result per picture requested</exception>
    /// <exception cref="NotSupportedException">an image size, another response format or an unsupported media type is requested</exception>
    /// <exception cref="PictureException">an image can't be read, or its channels do not fit</exception>
    public async Task<ImageGenerationResponse> GenerateAsync(
        ImageGenerationRequest request, ImageGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var originals = request.OriginalImages?.ToList() ?? [];
        if (originals.Count == 0)
        {
            throw new ArgumentException("the request has no OriginalImages: a translator needs a picture to translate", nameof(request));
        }

        if (options is { Count: > 1 })
        {
            throw new ArgumentException($"a translator gives one result per picture, not {options.Count}", nameof(options));
        }

        if (options is { ImageSize: not null } or { ResponseFormat: not null and not ImageGenerationResponseFormat.Data })
        {
            throw new NotSupportedException("a result has its original's size and is data: leave ImageSize and ResponseFormat unset");
        }

        var mediaType = options?.MediaType?.ToLowerInvariant() ?? "image/png"; // It has no case.
        var format = mediaType switch
        {
            "image/png" => ImageFormat.Png,
            "image/jpeg" => ImageFormat.Jpeg,
            "image/webp" => ImageFormat.WebP,
            _ => throw new NotSupportedException($"{mediaType} is not supported; use image/png, image/jpeg or image/webp"),
        };
        var results = originals.Select(async (original, i) =>
        {
            var name = $"original image {i + 1}";
            return original is DataContent { Data: var bytes }
                ? (AIContent)new DataContent(await translator.TranslateAsync(bytes, format, name, cancellationToken), mediaType)
                : throw new ArgumentException($"{name} holds no bytes: use a {nameof(DataContent)}", nameof(request));
        });
        return new ImageGenerationResponse([.. await Task.WhenAll(results)]);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ImageGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(translator) ? translator
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>Does nothing: the caller owns the translator.</summary>
    public void Dispose()
    {
    }
}
