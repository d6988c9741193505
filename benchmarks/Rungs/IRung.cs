namespace IlgpuGan.Benchmarks.Rungs;

/// <summary>One way to compute the same convolution. Each keeps all that the one before it does well and changes one thing.</summary>
internal interface IRung
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>What it does that the one before does not.</summary>
    string Change { get; }

    /// <summary>True where it works on all the threads it is given.</summary>
    bool UsesThreads => false;

    /// <summary>Writes every element of y.</summary>
    /// <param name="layer">sizes</param>
    /// <param name="x">[Channels, Height + 2, Width + 2]</param>
    /// <param name="w">[Filters, Channels, 3, 3]</param>
    /// <param name="y">[Filters, Height, Width]</param>
    /// <param name="threads">how many it may use</param>
    void Run(Convolution3x3 layer, float[] x, float[] w, float[] y, int threads);
}
