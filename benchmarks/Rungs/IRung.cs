namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>One way to compute the same convolution. Each rung changes one thing of the rung before it.</summary>
internal interface IRung
{
    string Name { get; }

    /// <summary>The change from the rung before.</summary>
    string Change { get; }

    /// <summary>Whether the rung uses several threads.</summary>
    bool UsesThreads => false;

    /// <summary>Computes the convolution; writes every element of y.</summary>
    /// <param name="layer">sizes</param>
    /// <param name="x">[Channels, Height + 2, Width + 2]</param>
    /// <param name="w">[Filters, Channels, 3, 3]</param>
    /// <param name="y">[Filters, Height, Width]</param>
    /// <param name="threads">number of threads that may be used</param>
    void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads);
}
