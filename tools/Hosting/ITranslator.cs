using IlgpuGan.Models.Data;

namespace IlgpuGan.Hosting;

/// <summary>
/// One of an application's models, for any number of requests at once. A problem with a picture is a <see cref="DataException"/> whose
/// message may be shown to its sender; too many requests are a <see cref="TranslatorBusyException"/>.
/// </summary>
public interface ITranslator
{
    /// <summary>The name by which it was added.</summary>
    string Name { get; }

    /// <summary>Translates the bytes of an image file of any kind to those of another.</summary>
    /// <param name="file">all of its bytes</param>
    /// <param name="extension">kind of the result: <c>.png</c>, <c>.jpg</c>, <c>.webp</c>, <c>.tif</c></param>
    /// <param name="cancellation">nobody waits any more: it leaves the line, or ends what is computed</param>
    Task<byte[]> TranslateAsync(ReadOnlyMemory<byte> file, string extension = ".png", CancellationToken cancellation = default);

    /// <summary>The same of a stream, such as a request's body, which is read when its turn comes.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, string, CancellationToken)"/>
    Task<byte[]> TranslateAsync(Stream file, string extension = ".png", CancellationToken cancellation = default);

    /// <summary>Translates a picture.</summary>
    /// <inheritdoc cref="TranslateAsync(ReadOnlyMemory{byte}, string, CancellationToken)"/>
    Task<Picture> TranslateAsync(Picture picture, CancellationToken cancellation = default);
}

/// <summary>So many requests wait that one more was refused: a web server answers 503.</summary>
public sealed class TranslatorBusyException(int most)
    : Exception($"{most} pictures wait to be translated; try again later");
