using IlgpuGan.Imaging;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Hosting;

/// <summary>
/// A model of an application, for any number of concurrent requests. A picture that can't be used raises a <see cref="PictureException"/>,
/// whose message may be shown to the sender; too many requests raise a <see cref="TranslatorBusyException"/>, and those that still wait
/// when the application ends an <see cref="ObjectDisposedException"/>.
/// </summary>
public interface ITranslator
{
    /// <summary>The name that the model was added under.</summary>
    string Name { get; }

    /// <summary>Translates an image file of any supported format.</summary>
    /// <param name="file">
    /// the bytes of the file, or of a form whose part <c>picture</c> is one: the body of a request as browsers send it
    /// </param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="cancellationToken">removes the request from the queue; a running computation, or its tile, is completed</param>
    /// <returns>the bytes of the translated image file</returns>
    Task<byte[]> TranslateAsync(
        ReadOnlyMemory<byte> file, ImageFormat format = ImageFormat.Png, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same for a stream, such as a request's body. It is read before the picture's turn, and must arrive in the time that
    /// <see cref="TranslatorOptions.Patience"/> says.
    /// </summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, ImageFormat, CancellationToken)"/>
    Task<byte[]> TranslateAsync(Stream file, ImageFormat format = ImageFormat.Png, CancellationToken cancellationToken = default);

    /// <summary>The same from stream to stream; nothing is written if the picture can't be translated.</summary>
    /// <param name="input">an image file, or a form with one</param>
    /// <param name="output">where the bytes of the translated file go; it is left open</param>
    /// <param name="format">of the result: PNG, JPEG, WebP or TIFF</param>
    /// <param name="cancellationToken">removes the request from the queue; a running computation, or its tile, is completed</param>
    async Task TranslateAsync(
        Stream input, Stream output, ImageFormat format = ImageFormat.Png, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        await output.WriteAsync(await TranslateAsync(input, format, cancellationToken), cancellationToken);
    }

    /// <summary>The same, with what there is to say of the picture and its translation.</summary>
    /// <inheritdoc cref="TranslateAsync(Stream, ImageFormat, CancellationToken)"/>
    Task<TranslationResult> TranslateFileAsync(
        Stream file, ImageFormat format = ImageFormat.Png, CancellationToken cancellationToken = default);

    /// <summary>Translates a picture.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, ImageFormat, CancellationToken)"/>
    Task<Picture> TranslateAsync(Picture picture, CancellationToken cancellationToken = default);
}

/// <summary>Thrown when the queue is full. A web server should respond with 503.</summary>
public sealed class TranslatorBusyException(int most)
    : Exception($"{most} pictures wait to be translated; try again later");
