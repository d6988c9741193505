namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// One access to memory: which thread of its group, when, and where in the source. 36 bits of moment, 15 of site, 12 of thread.
/// </summary>
/// <param name="Bits">The three of them; zero for no access. The sign is left to locks.</param>
internal readonly record struct Touch(long Bits)
{
    private const int ThreadBits = 12;

    private const int SiteBits = 15;

    private const long SiteMask = ((1L << SiteBits) - 1) << ThreadBits;

    /// <summary>The highest site that fits; it and all beyond are not known.</summary>
    private const int LastSite = (1 << SiteBits) - 1;

    /// <summary>Moments stay below.</summary>
    public const long EndOfMoments = 1L << (63 - ThreadBits - SiteBits);

    public Touch(long moment, int site, int thread)
        : this((moment << (ThreadBits + SiteBits)) | ((long)Math.Min(site, LastSite) << ThreadBits) | (uint)thread)
    {
    }

    /// <summary>See <see cref="LaunchTimeline"/>.</summary>
    public long Moment => Bits >> (ThreadBits + SiteBits);

    /// <summary>The number of the place in the kernel's source, or -1.</summary>
    public int Site => (int)((Bits & SiteMask) >> ThreadBits) is var site and < LastSite ? site : -1;

    /// <summary>The linear index of the thread in its group.</summary>
    public int Thread => (int)(Bits & ((1 << ThreadBits) - 1));

    /// <summary>Whether the same thread does both with no barrier between.</summary>
    public bool IsWith(Touch other) => ((Bits ^ other.Bits) & ~SiteMask) == 0;
}
