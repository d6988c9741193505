namespace IlgpuGan.Models.Data.Clips;

/// <summary>A sequence of frames of equal size.</summary>
internal interface IFrameSource : IDisposable
{
    /// <summary>Number of frames; approximate or null if it is known only at the end.</summary>
    int? Count { get; }

    /// <summary>The next frame; null after the last.</summary>
    /// <exception cref="PictureException">the frame can't be read</exception>
    Picture? Next();
}
