using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Transforms a block of input channels, sixteen at a time as lanes: v [source][place][panel][channel][tile of the panel].
/// </summary>
internal readonly unsafe struct ThreePointWinogradInput(ThreePointWinogradPlan plan, float* input, float* v, Scratch[] scratch) : ITask
{
    private const int Width = ThreePointWinogradPlan.Width;

    /// <param name="task">index of the block</param>
    /// <param name="worker">index of the scratch memory</param>
    public void Run(int task, int worker)
    {
        var c = plan.Correlation;
        var first = task * plan.BlockChannels;
        var channels = Math.Min(plan.BlockChannels, c.Channels - first);
        var sets = channels / Width;
        var setSize = (nint)c.Images * plan.BandSize;
        var bands = scratch[worker].Floats((sets * setSize) + (ThreePointWinogradPlan.Places * plan.Kernel.Rows * Width));
        for (var set = 0; set < sets; set++)
        {
            for (var n = 0; n < c.Images; n++)
            {
                TransposedBands.FillPlanes(
                    new(input + (((nint)n * c.Channels) + first + (set * Width)) * c.InH * c.InW, c.InH, c.InW), Width, Width,
                    new(plan.Top, plan.BandRows, plan.Left, plan.BandColumns), null, bands + (set * setSize) + ((nint)n * plan.BandSize));
            }
        }

        var size = (nint)plan.Panels * plan.Kernel.Rows * channels;
        var to = v + ((nint)first * plan.Sources.Length * ThreePointWinogradPlan.Places * plan.Panels * plan.Kernel.Rows);
        foreach (var source in plan.Sources)
        {
            for (var panel = 0; panel < plan.Panels; panel++)
            {
                for (var set = 0; set < sets; set++)
                {
                    Transform(
                        bands + (set * setSize) + (source.Shift * Width), panel, bands + (sets * setSize),
                        to + (((nint)panel * channels) + (set * Width)) * plan.Kernel.Rows, size);
                }
            }

            to += ThreePointWinogradPlan.Places * size;
        }
    }

    /// <summary>Transforms one panel of tiles of sixteen channels to all places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(float* bands, int panel, float* square, float* to, nint placePitch)
    {
        var c = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var first = panel * rows;
        var tiles = Math.Min(rows, plan.Tiles - first);
        var rowStep = (nint)c.StrideY * plan.BandColumns * Width;
        var columnStep = (nint)c.StrideX * Width;
        var pitch = (nint)rows * Width;
        for (var i = 0; i < tiles; i++)
        {
            ThreePoints.InputSquare(bands + ((nint)plan.TileStarts[first + i] * Width), rowStep, columnStep, square + (i * Width), pitch);
        }

        for (var place = 0; place < ThreePointWinogradPlan.Places; place++)
        {
            Transpose.Run(square + (place * pitch), Width, tiles, rows, Width, to + (place * placePitch), rows);
        }
    }
}
