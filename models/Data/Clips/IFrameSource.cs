namespace IlgpuGan.Models.Data.Clips;

/// <summary>Pictures of one size in the order of time, one at a time.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Their number; approximate, or null, where it is known only at the end.</summary>
    int? Count { get; }

    /// <summary>The next one; null behind the last.</summary>
    /// <exception cref="DataException">it can't be read</exception>
    Picture? Next();
}
