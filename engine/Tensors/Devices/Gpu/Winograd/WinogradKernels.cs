using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// The transforms of Winograd's algorithm, F(4 x 4, 3 x 3) and F(3 x 3, 4 x 4): tiles to 36 points, and the inverse. A thread holds one
/// tile of one channel in registers. Neighbouring threads have neighbouring tiles, or channels of a weight, whose values at a point are
/// contiguous in memory.
/// </summary>
internal static class WinogradKernels
{
    private const int Points = SixPointLine.Points;

    /// <summary>A line of zeros. ILGPU would keep a copy of <c>default</c> in local memory.</summary>
    private static SixPointLine Zeros => new(0, 0, 0, 0, 0, 0);

    /// <summary>
    /// v [36, channels, tiles] = transform of 6 x 6 pixels of each tile of x; zeros outside the image and beyond the last tile.
    /// </summary>
    public static void Input(ArrayView<float> x, ArrayView<float> v, WinogradTiles tiles)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= tiles.Plane)
        {
            return;
        }

        TilePlace place = TilePlace.Of(tiles, index);
        TransformColumns<PixelTransform>(
            new PointTarget(v, index, tiles.Plane), PixelTransform.Of(Row(x, tiles, place, 0, Points)),
            PixelTransform.Of(Row(x, tiles, place, 1, Points)), PixelTransform.Of(Row(x, tiles, place, 2, Points)),
            PixelTransform.Of(Row(x, tiles, place, 3, Points)), PixelTransform.Of(Row(x, tiles, place, 4, Points)),
            PixelTransform.Of(Row(x, tiles, place, 5, Points)));
    }

    /// <summary>v [36, channels, tiles] = transform of 4 x 4 pixels of each tile of dy, for a weight gradient.</summary>
    public static void Gradient(ArrayView<float> dy, ArrayView<float> v, WinogradTiles tiles)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= tiles.Plane)
        {
            return;
        }

        const int Side = WinogradTiles.Step;
        TilePlace place = TilePlace.Of(tiles, index);
        TransformColumns<GradientTransform>(
            new PointTarget(v, index, tiles.Plane), GradientTransform.Of(Row(dy, tiles, place, 0, Side)),
            GradientTransform.Of(Row(dy, tiles, place, 1, Side)), GradientTransform.Of(Row(dy, tiles, place, 2, Side)),
            GradientTransform.Of(Row(dy, tiles, place, 3, Side)), Zeros, Zeros);
    }

    /// <summary>u [36, filters, channels] = transform of a weight's 3 x 3 taps.</summary>
    /// <param name="channels">channels of a filter; a separate parameter, since ILGPU keeps nested structures in local memory</param>
    public static void Weight(ArrayView<float> w, ArrayView<float> u, Divisor channels, WinogradWeight weight)
    {
        const int Side = 3;
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= weight.Plane)
        {
            return;
        }

        int filter = channels.Quotient(index), channel = index - (filter * channels.Value);
        int from = (filter * weight.FilterStride) + (channel * weight.ChannelStride) + weight.FirstTap;
        TransformColumns<TapTransform>(
            new PointTarget(u, index, weight.Plane), TapTransform.Of(Taps(w, from, weight.TapStride)),
            TapTransform.Of(Taps(w, from + (Side * weight.TapStride), weight.TapStride)),
            TapTransform.Of(Taps(w, from + (2 * Side * weight.TapStride), weight.TapStride)), Zeros, Zeros, Zeros);
    }

    /// <summary>y = bias + inverse transform of the products m [36, channels of y, tiles]: 4 x 4 pixels of each tile.</summary>
    /// <param name="bias">[channels of y], or empty</param>
    /// <param name="fours">y as vectors of four, where its width is a multiple of four; otherwise empty</param>
    public static void Output(
        ArrayView<float> m, ArrayView<float> bias, ArrayView<float> y, ArrayView<Float4> fours, WinogradTiles tiles)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= tiles.Plane)
        {
            return;
        }

        int channel = tiles.Stride.Quotient(index), number = index - (channel * tiles.Stride.Value);
        if (number >= tiles.Count)
        {
            return;
        }

        SixPointLine c0 = Column(m, index, tiles.Plane, 0).FourOutputs(), c1 = Column(m, index, tiles.Plane, 1).FourOutputs(),
            c2 = Column(m, index, tiles.Plane, 2).FourOutputs(), c3 = Column(m, index, tiles.Plane, 3).FourOutputs(),
            c4 = Column(m, index, tiles.Plane, 4).FourOutputs(), c5 = Column(m, index, tiles.Plane, 5).FourOutputs();
        float addend = bias.IntLength > 0 ? bias[channel] : 0;
        Digits digits = tiles.Places.Of(number);
        int top = digits.Middle * WinogradTiles.Step, left = digits.Low * WinogradTiles.Step;
        int to = (((((digits.High * tiles.Channels) + channel) * tiles.Height) + top) * tiles.Width) + left;
        Outputs outputs = default;
        outputs.Y = y;
        outputs.Fours = fours;
        outputs.Width = tiles.Width;
        outputs.To = to;
        outputs.Left = left;
        outputs.RowsLeft = tiles.Height - top;
        outputs.Addend = addend;
        outputs.Put(0, new SixPointLine(c0.A, c1.A, c2.A, c3.A, c4.A, c5.A).FourOutputs());
        outputs.Put(1, new SixPointLine(c0.B, c1.B, c2.B, c3.B, c4.B, c5.B).FourOutputs());
        outputs.Put(2, new SixPointLine(c0.C, c1.C, c2.C, c3.C, c4.C, c5.C).FourOutputs());
        outputs.Put(3, new SixPointLine(c0.D, c1.D, c2.D, c3.D, c4.D, c5.D).FourOutputs());
    }

    /// <summary>dw [filters, channels, 3, 3] = inverse transform of the products m [36, filters, channels].</summary>
    /// <param name="pairs">filters times channels</param>
    public static void Collect(ArrayView<float> m, ArrayView<float> dw, int pairs)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= pairs)
        {
            return;
        }

        SixPointLine c0 = Column(m, index, pairs, 0).ThreeOutputs(), c1 = Column(m, index, pairs, 1).ThreeOutputs(),
            c2 = Column(m, index, pairs, 2).ThreeOutputs(), c3 = Column(m, index, pairs, 3).ThreeOutputs(),
            c4 = Column(m, index, pairs, 4).ThreeOutputs(), c5 = Column(m, index, pairs, 5).ThreeOutputs();
        PutTaps(dw, index, 0, new SixPointLine(c0.A, c1.A, c2.A, c3.A, c4.A, c5.A).ThreeOutputs());
        PutTaps(dw, index, 1, new SixPointLine(c0.B, c1.B, c2.B, c3.B, c4.B, c5.B).ThreeOutputs());
        PutTaps(dw, index, 2, new SixPointLine(c0.C, c1.C, c2.C, c3.C, c4.C, c5.C).ThreeOutputs());
    }

    private static void PutTaps(ArrayView<float> dw, int pair, int row, SixPointLine line)
    {
        const int Side = 3;
        int to = ((pair * Side) + row) * Side;
        dw[to] = line.A;
        dw[to + 1] = line.B;
        dw[to + 2] = line.C;
    }

    /// <summary>A row of a tile; zeros outside the image, for a nonexistent tile, and from column <paramref name="side"/> on.</summary>
    private static SixPointLine Row(ArrayView<float> x, in WinogradTiles tiles, TilePlace place, int row, int side)
    {
        bool hasRow = place.Exists & ((uint)(place.Top + row) < (uint)tiles.Height);
        int from = place.From + (row * tiles.Width);
        return new(
            Pixel(x, tiles, place, hasRow, from, 0), Pixel(x, tiles, place, hasRow, from, 1), Pixel(x, tiles, place, hasRow, from, 2),
            Pixel(x, tiles, place, hasRow, from, 3), Pixel(x, tiles, place, hasRow & (side > 4), from, 4),
            Pixel(x, tiles, place, hasRow & (side > 5), from, 5));
    }

    private static float Pixel(ArrayView<float> x, in WinogradTiles tiles, TilePlace place, bool hasRow, int from, int column)
    {
        // Reading element 0 and discarding it costs less than a branch around the read.
        bool isInside = hasRow & ((uint)(place.Left + column) < (uint)tiles.Width);
        float value = x[isInside ? from + column : 0];
        return isInside ? value : 0;
    }

    private static SixPointLine Taps(ArrayView<float> w, int from, int stride) =>
        new(w[from], w[from + stride], w[from + (2 * stride)], 0, 0, 0);

    /// <summary>Transforms the columns of a tile whose rows are transformed, and writes its points.</summary>
    private static void TransformColumns<TPoints>(
        PointTarget to, SixPointLine r0, SixPointLine r1, SixPointLine r2, SixPointLine r3, SixPointLine r4, SixPointLine r5)
        where TPoints : struct, ISixPointTransform
    {
        to.PutColumn(0, TPoints.Of(new(r0.A, r1.A, r2.A, r3.A, r4.A, r5.A)));
        to.PutColumn(1, TPoints.Of(new(r0.B, r1.B, r2.B, r3.B, r4.B, r5.B)));
        to.PutColumn(2, TPoints.Of(new(r0.C, r1.C, r2.C, r3.C, r4.C, r5.C)));
        to.PutColumn(3, TPoints.Of(new(r0.D, r1.D, r2.D, r3.D, r4.D, r5.D)));
        to.PutColumn(4, TPoints.Of(new(r0.E, r1.E, r2.E, r3.E, r4.E, r5.E)));
        to.PutColumn(5, TPoints.Of(new(r0.F, r1.F, r2.F, r3.F, r4.F, r5.F)));
    }

    private static SixPointLine Column(ArrayView<float> m, int index, int plane, int column) => new(
        m[(column * plane) + index], m[((column + Points) * plane) + index], m[((column + (2 * Points)) * plane) + index],
        m[((column + (3 * Points)) * plane) + index], m[((column + (4 * Points)) * plane) + index],
        m[((column + (5 * Points)) * plane) + index]);

    /// <summary>The origin of a channel's tile in an array.</summary>
    private struct TilePlace
    {
        public int Top, Left, From;

        public bool Exists;

        public static TilePlace Of(in WinogradTiles tiles, int index)
        {
            int channel = tiles.Stride.Quotient(index), number = index - (channel * tiles.Stride.Value);
            Digits digits = tiles.Places.Of(number);
            TilePlace place = default;
            place.Exists = number < tiles.Count;
            place.Top = tiles.OriginY + (digits.Middle * WinogradTiles.Step);
            place.Left = tiles.OriginX + (digits.Low * WinogradTiles.Step);
            place.From = (((((digits.High * tiles.Channels) + channel) * tiles.Height) + place.Top) * tiles.Width) + place.Left;
            return place;
        }
    }

    /// <summary>Where a tile's points lie in <paramref name="V"/> [36, <paramref name="Plane"/>].</summary>
    private readonly record struct PointTarget(ArrayView<float> V, int Index, int Plane)
    {
        public void PutColumn(int column, SixPointLine line)
        {
            V[(column * Plane) + Index] = line.A;
            V[((column + Points) * Plane) + Index] = line.B;
            V[((column + (2 * Points)) * Plane) + Index] = line.C;
            V[((column + (3 * Points)) * Plane) + Index] = line.D;
            V[((column + (4 * Points)) * Plane) + Index] = line.E;
            V[((column + (5 * Points)) * Plane) + Index] = line.F;
        }
    }

    /// <summary>Writes the outputs of a tile, row by row.</summary>
    private struct Outputs
    {
        public ArrayView<float> Y;

        public ArrayView<Float4> Fours;

        public int Width, To, Left, RowsLeft;

        public float Addend;

        public readonly void Put(int row, SixPointLine line)
        {
            if (row >= RowsLeft)
            {
                return;
            }

            int to = To + (row * Width);
            if (Fours.IntLength > 0)
            {
                Fours[to >> 2] = new() { X = line.A + Addend, Y = line.B + Addend, Z = line.C + Addend, W = line.D + Addend };
                return;
            }

            Put(to, 0, line.A);
            Put(to, 1, line.B);
            Put(to, 2, line.C);
            Put(to, 3, line.D);
        }

        private readonly void Put(int to, int column, float value)
        {
            if (Left + column < Width)
            {
                Y[to + column] = value + Addend;
            }
        }
    }
}
