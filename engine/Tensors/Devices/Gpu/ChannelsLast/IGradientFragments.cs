using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// How a lane reads the fragments of a weight gradient, whose operands have a row of shared memory for each pixel: a lane's addresses for
/// half a turn's pixels.
/// </summary>
internal interface IGradientFragments<TSelf>
    where TSelf : struct, IGradientFragments<TSelf>
{
    /// <summary>Where a chunk of a pixel lies, in bytes from its operand's first.</summary>
    static abstract int Place(int pixel, int chunk);

    /// <param name="warpRow">the warp's first filter within the tile</param>
    /// <param name="shared">the address of the first stage's filters</param>
    static abstract TSelf Left(int warpRow, int shared);

    /// <param name="warpColumn">the warp's first column within the tile</param>
    /// <param name="shared">the address of the first stage's channels</param>
    static abstract TSelf Right(int warpColumn, int shared);

    /// <summary>Reads 64 filters.</summary>
    /// <param name="offset">of the stage and the half of its pixels, in bytes</param>
    Four<LeftFragment> LoadLeft(int offset);

    /// <summary>Reads 64 columns.</summary>
    Four<RightFragmentPair> LoadRight(int offset);

    /// <summary>Writes a warp's sums to its part.</summary>
    /// <param name="row">the warp's first filter</param>
    /// <param name="column">its first column</param>
    static abstract void Store(in GradientPass g, WarpSums sums, int row, int column, int part);
}
