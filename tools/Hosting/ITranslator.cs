using IlgpuGan.Models.Data;

namespace IlgpuGan.Hosting;

/// <summary>
/// A model of an application, for any number of concurrent requests. A picture that can't be used raises a <see cref="PictureException"/>,
/// whose message may be shown to the sender; too many requests raise a <see cref="TranslatorBusyException"/>.
/// </summary>
public interface ITranslator
{
    /// <summary>The name that the model was added under.</summary>
    string Name { get; }

    /// <summary>Translates an image file of any supported format.</summary>
    /// <param name="file">
    /// the bytes of the file, or of a form whose part <c>picture</c> is one: the body of a request as browsers send it
    /// </param>
    /// <param name="extension">format of the result: <c>.png</c>, <c>.jpg</c>, <c>.webp</c>, <c>.tif</c></param>
    /// <param name="cancellation">removes the request from the queue, or stops its computation</param>
    /// <returns>the bytes of the translated image file</returns>
    Task<byte[]> TranslateAsync(ReadOnlyMemory<byte> file, string extension = ".png", CancellationToken cancellation = default);

    /// <summary>The same for a stream, such as a request's body. It is read when the request leaves the queue.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, string, CancellationToken)"/>
    Task<byte[]> TranslateAsync(Stream file, string extension = ".png", CancellationToken cancellation = default);

    /// <summary>The same, with what there is to say of the picture and its translation.</summary>
    /// <inheritdoc cref="TranslateAsync(Stream, string, CancellationToken)"/>
    Task<TranslationResult> TranslateFileAsync(Stream file, string extension = ".png", CancellationToken cancellation = default);

    /// <summary>Translates a picture.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, string, CancellationToken)"/>
    Task<Picture> TranslateAsync(Picture picture, CancellationToken cancellation = default);
}

/// <summary>Thrown when the queue is full. A web server should respond with 503.</summary>
public sealed class TranslatorBusyException(int most)
    : Exception($"{most} pictures wait to be translated; try again later");
