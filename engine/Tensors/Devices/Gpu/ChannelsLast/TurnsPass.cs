using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>The arguments of <see cref="TurnsKernel"/>: up to four convolutions, the phases, in one launch.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TurnsPass
{
    /// <summary>The operands in their forms: their numbers take two bytes or four.</summary>
    public ArrayView<float> Image, Filters;

    /// <summary>The results; or, without <see cref="Arrivals"/>, the parts of all of them, one part after the other.</summary>
    public ArrayView<float> Results;

    /// <summary>
    /// Where a tile's groups count that they are done, and leave their parts for the last (<see cref="PartSums"/>); empty where they don't.
    /// </summary>
    public ArrayView<int> Arrivals;

    public ArrayView<float> Parted;

    public ArrayView<float> Bias;

    public int HasBias;

    /// <summary>Pixels and filters of the result; rows of a block of filters.</summary>
    public int Pixels, FilterCount, FilterRows;

    /// <summary>Results of all images.</summary>
    public int PartLength;

    /// <summary>Parts of the depth.</summary>
    public Divisor Parts;

    /// <summary>Pixels of a row of a phase, and of an image.</summary>
    public Divisor Row, Plane;

    /// <summary>
    /// From a pixel that a result meets first to that of the next column, row and image, and from a row of taps to the next; in bytes.
    /// </summary>
    public int ImageColumn, ImageRow, ImageNext, TapRow;

    /// <summary>Height and width of the result, and the distance between a phase's rows and columns.</summary>
    public int Height, Width, StepY, StepX;

    public TurnsPhase First, Second, Third, Fourth;

    /// <summary>Two for each multiply-add of all phases, and of what a group computes on average.</summary>
    /// <param name="block">channels of a turn</param>
    public readonly double Flops(int block) => 2.0 * Pixels * FilterCount * AllTurns() * block;

    public readonly double FlopsOfGroup(int block) =>
        2.0 * TurnsTile.Rows * TurnsTile.Columns * AllTurns() * block / (StepY * StepX * Parts.Value);

    private readonly double AllTurns() => Turns(First) + Turns(Second) + Turns(Third) + Turns(Fourth);

    private static double Turns(in TurnsPhase phase) => phase.TapRows * phase.RowTurns.Value;

    /// <summary>Chosen on the host for a call; the views are not set.</summary>
    public static TurnsPass Of(in ChannelsLastGeometry g, int parts)
    {
        var form = g.Weight;
        var pixel = form.BlocksOfTap * FactorTypes.BlockBytes;
        var (height, width) = (g.Rows.Results, g.Columns.Results);
        var pass = new TurnsPass
        {
            Pixels = (int)g.Pixels,
            FilterCount = g.Filters,
            FilterRows = form.FilterRows,
            PartLength = g.N * g.Filters * height * width,
            Parts = new Divisor(parts),
            Row = new Divisor(g.Columns.Count),
            Plane = new Divisor(g.Rows.Count * g.Columns.Count),
            ImageColumn = g.Columns.Stride * pixel,
            ImageRow = g.Rows.Stride * g.Columns.Padded * pixel,
            ImageNext = g.Rows.Padded * g.Columns.Padded * pixel,
            TapRow = g.Columns.Padded * pixel,
            Height = height,
            Width = width,
            StepY = g.Rows.Taps.Phases,
            StepX = g.Columns.Taps.Phases,
        };
        (pass.First, pass.Second) = (TurnsPhase.Of(g, form, 0), TurnsPhase.Of(g, form, 1));
        (pass.Third, pass.Fourth) = (TurnsPhase.Of(g, form, 2), TurnsPhase.Of(g, form, 3));
        return pass;
    }

    /// <summary>The phase of a group of threads.</summary>
    public readonly TurnsPhase Phase(int phase)
    {
        TurnsPhase chosen = First;
        if (phase == 1)
        {
            chosen = Second;
        }
        else if (phase == 2)
        {
            chosen = Third;
        }
        else if (phase == 3)
        {
            chosen = Fourth;
        }

        return chosen;
    }
}

/// <summary>One phase: where it begins, and its depth.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TurnsPhase
{
    /// <summary>The first byte of the image that the first result meets.</summary>
    public int Origin;

    /// <summary>Its first block of filters.</summary>
    public int Block;

    /// <summary>Rows of taps, and turns of a row: the depth of a row of taps is contiguous in the image.</summary>
    public int TapRows;

    public Divisor RowTurns;

    /// <summary>Row and column of the first result.</summary>
    public int Y, X;

    public static TurnsPhase Of(in ChannelsLastGeometry g, FilterForm form, int phase)
    {
        if (phase >= form.Phases)
        {
            return default;
        }

        int y = phase / form.Columns.Phases, x = phase % form.Columns.Phases;
        int row = g.Rows.Before + form.Rows.Origin(y), column = g.Columns.Before + form.Columns.Origin(x);
        return new TurnsPhase
        {
            Origin = ((row * g.Columns.Padded) + column) * form.BlocksOfTap * FactorTypes.BlockBytes,
            Block = form.BlocksBefore(phase),
            TapRows = form.Rows.Taps(y),
            RowTurns = new Divisor(form.Columns.Taps(x) * form.BlocksOfTap),
            Y = y,
            X = x,
        };
    }
}
