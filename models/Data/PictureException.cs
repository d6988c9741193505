using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Models.Data;

/// <summary>Data that can't be used; the message is one sentence that names the file or folder and the reason.</summary>
public sealed class PictureException(string message, Exception? inner = null) : InvalidOperationException(OptionNames.In(message), inner)
{
    /// <summary>The file within the data set of a training, as <see cref="LeftOutFile.File"/>; null if it is not known.</summary>
    internal string? File { get; init; }

    /// <summary>Whether memory was all that was lacking, of which there may be enough another time.</summary>
    internal bool IsPassing => InnerException is OutOfMemoryException or PictureException { IsPassing: true };

    internal static void ThrowIf([DoesNotReturnIf(true)] bool isWrong, [InterpolatedStringHandlerArgument(nameof(isWrong))] Reason reason)
    {
        if (isWrong)
        {
            throw new PictureException(reason.ToString());
        }
    }
}
