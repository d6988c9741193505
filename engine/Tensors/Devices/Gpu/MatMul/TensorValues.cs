using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>What a thread brings of a factor's part of a tile while it is in registers: two chunks, unrounded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorValues
{
    /// <summary>The first four numbers of each chunk.</summary>
    public Two<Float4> Low;

    /// <summary>The others of chunks of eight.</summary>
    public Two<Float4> High;

    /// <summary>Rounds them and writes them into a tile.</summary>
    /// <param name="place">of the first chunk; the other follows half a tile further down</param>
    public readonly void Put<TTile, TPrecision>(ArrayView<Chunk> tile, int place)
        where TTile : struct, ITensorTile
        where TPrecision : struct, ITensorPrecision
    {
        tile[place] = TPrecision.Round(Low.A, High.A);
        tile[place + TTile.Threads] = TPrecision.Round(Low.B, High.B);
    }
}
