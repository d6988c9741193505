using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>What a thread brings of a factor's part of a tile while it is in registers: up to four chunks, unrounded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorValues
{
    /// <summary>The first four numbers of each chunk.</summary>
    public Four<Float4> Low;

    /// <summary>The others of chunks of eight.</summary>
    public Four<Float4> High;

    /// <summary>Rounds them and writes them into a tile.</summary>
    /// <param name="place">of the first chunk; the others follow 32 rows further down each</param>
    public readonly void Put<TTile, TPrecision>(ArrayView<Chunk> tile, int place)
        where TTile : struct, ITensorTile
        where TPrecision : struct, ITensorPrecision
    {
        const int Next = TensorLayout.RowsAtOnce * TensorLayout.Chunks;
        tile[place] = TPrecision.Round(Low.A, High.A);
        tile[place + Next] = TPrecision.Round(Low.B, High.B);
        if (TTile.IsLarge)
        {
            tile[place + (2 * Next)] = TPrecision.Round(Low.C, High.C);
            tile[place + (3 * Next)] = TPrecision.Round(Low.D, High.D);
        }
    }
}
