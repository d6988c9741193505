namespace IlgpuGan.Models.Data.Clips;

/// <summary>Pictures of one size in the order of time, one at a time.</summary>
public interface IFrames : IDisposable
{
    /// <summary>How many there are; about, or null, where that is known only behind the last one.</summary>
    int? Count { get; }

    /// <summary>The next one; null behind the last.</summary>
    /// <exception cref="DataException">it can't be read</exception>
    Picture? Next();
}
