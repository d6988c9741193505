using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A thread's share of a factor's next tile, in registers: two chunks, not yet rounded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorValues
{
    /// <summary>The first four numbers of each chunk.</summary>
    public Two<Float4> Low;

    /// <summary>The last four numbers of chunks of eight.</summary>
    public Two<Float4> High;

    /// <summary>Rounds them and writes them into a tile.</summary>
    /// <param name="place">index of the first chunk; the other one is half a tile further</param>
    public readonly void Put<TTile, TPrecision>(ArrayView<Chunk> tile, int place)
        where TTile : struct, ITensorTile
        where TPrecision : struct, ITensorPrecision
    {
        tile[place] = TPrecision.Round(Low.A, High.A);
        tile[place + TTile.Threads] = TPrecision.Round(Low.B, High.B);
    }
}
