using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Rows [Top, Top + Rows) and columns [Left, Left + Columns) of a plane, in part outside it.</summary>
internal readonly record struct PlaneWindow(int Top, int Rows, int Left, int Columns);

/// <summary>A channel of an image: <paramref name="height"/> rows of <paramref name="width"/> pixels.</summary>
internal readonly unsafe struct Plane(float* start, int height, int width)
{
    public int Height => height;

    public int Width => width;

    public float* Row(int y) => start + ((nint)y * width);
}

/// <summary>
/// Copies the input of a band of output pixels into the right factor of a weight gradient: one row of columns per pixel.
/// </summary>
internal static unsafe class TransposedBands
{
    /// <summary>Rows transposed at a time.</summary>
    public const int Lanes = 8;

    /// <summary>
    /// band [row][column][lane]: a window of neighbouring planes, zeros in the lanes of planes that don't exist.
    /// </summary>
    /// <param name="first">the first of the planes</param>
    /// <param name="border">padding of the planes, null for zeros</param>
    public static void FillPlanes(Plane first, int count, int lanes, PlaneWindow window, Border? border, float* band)
    {
        var (height, width) = (first.Height, first.Width);
        var (top, rows, left, columns) = window;
        var begin = Math.Clamp(-left, 0, columns);
        var end = Math.Clamp(width - left, begin, columns);
        for (var i = 0; i < rows; i++)
        {
            var to = band + (nint)i * columns * lanes;
            var y = border?.SourceRow(top + i) ?? top + i;
            if ((uint)y >= (uint)height)
            {
                new Span<float>(to, columns * lanes).Clear();
                continue;
            }

            var row = first.Row(y);
            Transpose.Run(row + left + begin, (nint)height * width, count, lanes, end - begin, to + begin * lanes, lanes);
            Surround(row, to, 0, begin);
            Surround(row, to, end, columns);
        }

        void Surround(float* row, float* to, int start, int last)
        {
            new Span<float>(to + start * lanes, (last - start) * lanes).Clear();
            for (var column = start; border is not null && column < last; column++)
            {
                if (border.SourceColumn(left + column) is >= 0 and var shown)
                {
                    for (var plane = 0; plane < count; plane++)
                    {
                        to[column * lanes + plane] = row[(nint)plane * height * width + shown];
                    }
                }
            }
        }
    }

    /// <summary>band [output row][input column][(channel, row of the kernel)] for output rows [row, row + rows) of one image.</summary>
    /// <param name="x">the image</param>
    /// <param name="staging"><see cref="StagingSize"/> floats of scratch memory</param>
    /// <param name="band">destination; up to <see cref="Lanes"/> floats beyond its end are overwritten</param>
    public static void FillColumns(WeightGradientPlan plan, float* x, int row, int rows, float* staging, float* band)
    {
        var g = plan.Geometry;
        var columns = plan.InputColumns;
        for (var r = row; r < row + rows; r++, band += columns * plan.Column)
        {
            var to = staging;
            for (var c = 0; c < g.C; c++)
            {
                for (var ky = 0; ky < g.KernelH; ky++, to += columns)
                {
                    Bands.Row(
                        new(x + ((nint)c * g.H * g.W), g.H, g.W), plan.RightBorder, (r * g.StrideH) - g.PadTop + (ky * g.DilationH),
                        -g.PadLeft, 1, to, columns);
                }
            }

            // Whole blocks, the last one first: their overrun beyond a column, or the row, is overwritten by later writes.
            for (var lane = CorrelationPlan.RoundUp(plan.Column, Lanes) - Lanes; lane >= 0; lane -= Lanes)
            {
                Transpose.Run(staging + ((nint)lane * columns), columns, Lanes, Lanes, columns, band + lane, plan.Column);
            }
        }
    }

    /// <summary>Floats of scratch memory for <see cref="FillColumns"/>.</summary>
    public static int StagingSize(WeightGradientPlan plan) => CorrelationPlan.RoundUp(plan.Column, Lanes) * plan.InputColumns;
}
