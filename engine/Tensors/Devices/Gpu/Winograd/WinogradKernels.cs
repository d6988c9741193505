using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// What stands before and behind the products of Winograd's algorithm, F(4 x 4, 3 x 3) and F(3 x 3, 4 x 4): tiles to 36 points and back. A
/// thread has one tile of one channel in its registers. Neighbouring threads have neighbouring tiles, or channels of a weight, whose
/// numbers at a point are neighbours in memory.
/// </summary>
internal static class WinogradKernels
{
    private const int Points = SixPointLine.Points;

    /// <summary>v [36, channels, tiles] of x: 6 x 6 pixels of each tile, zeros outside the image and beyond the last tile.</summary>
    public static void Input(ArrayView<float> x, ArrayView<float> v, WinogradTiles tiles)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= tiles.Plane)
        {
            return;
        }

        ArrayView<float> tile = LocalMemory.Allocate<float>(SixPointLine.Places);
        Read(x, tiles, index, Points, tile);
        for (int row = 0; row < Points; row++)
        {
            SixPointLine.Input(tile, row * Points, 1);
        }

        for (int column = 0; column < Points; column++)
        {
            SixPointLine.Input(tile, column, Points);
        }

        Write(v, index, tiles.Plane, tile);
    }

    /// <summary>The same of a gradient whose 4 x 4 pixels of a tile are the taps of a weight gradient.</summary>
    public static void Gradient(ArrayView<float> dy, ArrayView<float> v, WinogradTiles tiles)
    {
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= tiles.Plane)
        {
            return;
        }

        ArrayView<float> tile = LocalMemory.Allocate<float>(SixPointLine.Places);
        Read(dy, tiles, index, WinogradTiles.Step, tile);
        for (int row = 0; row < WinogradTiles.Step; row++)
        {
            SixPointLine.FourTaps(tile, row * Points, 1);
        }

        for (int column = 0; column < Points; column++)
        {
            SixPointLine.FourTaps(tile, column, Points);
        }

        Write(v, index, tiles.Plane, tile);
    }

    /// <summary>u [36, filters, channels] of a weight.</summary>
    public static void Weight(ArrayView<float> w, ArrayView<float> u, WinogradWeight weight)
    {
        const int Side = 3;
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= weight.Plane)
        {
            return;
        }

        int filter = weight.Channels.Quotient(index), channel = index - (filter * weight.Channels.Value);
        int from = (filter * weight.FilterStride) + (channel * weight.ChannelStride) + weight.FirstTap;
        ArrayView<float> tile = LocalMemory.Allocate<float>(SixPointLine.Places);
        for (int row = 0; row < Side; row++)
        {
            for (int column = 0; column < Side; column++)
            {
                tile[(row * Points) + column] = w[from + (((row * Side) + column) * weight.TapStride)];
            }

            SixPointLine.Taps(tile, row * Points, 1);
        }

        for (int column = 0; column < Points; column++)
        {
            SixPointLine.Taps(tile, column, Points);
        }

        Write(u, index, weight.Plane, tile);
    }

    /// <summary>y = bias + what the products m [36, channels of y, tiles] collect to: 4 x 4 pixels of each tile that y has.</summary>
    /// <param name="bias">[channels of y], or empty</param>
    /// <param name="fours">y in fours, where its rows are whole ones; otherwise empty</param>
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

        ArrayView<float> tile = LocalMemory.Allocate<float>(SixPointLine.Places);
        for (int place = 0; place < SixPointLine.Places; place++)
        {
            tile[place] = m[(place * tiles.Plane) + index];
        }

        for (int column = 0; column < Points; column++)
        {
            SixPointLine.FourOutputs(tile, column, Points);
        }

        for (int row = 0; row < WinogradTiles.Step; row++)
        {
            SixPointLine.FourOutputs(tile, row * Points, 1);
        }

        float addend = bias.IntLength > 0 ? bias[channel] : 0;
        Digits digits = tiles.Places.Of(number);
        int top = digits.Middle * WinogradTiles.Step, left = digits.Low * WinogradTiles.Step;
        int to = (((((digits.High * tiles.Channels) + channel) * tiles.Height) + top) * tiles.Width) + left;
        for (int row = 0; row < WinogradTiles.Step; row++)
        {
            if (top + row >= tiles.Height)
            {
                continue;
            }

            if (fours.IntLength > 0)
            {
                Float4 four = default;
                four.X = tile[row * Points] + addend;
                four.Y = tile[(row * Points) + 1] + addend;
                four.Z = tile[(row * Points) + 2] + addend;
                four.W = tile[(row * Points) + 3] + addend;
                fours[(to + (row * tiles.Width)) >> 2] = four;
            }
            else
            {
                for (int column = 0; column < WinogradTiles.Step; column++)
                {
                    if (left + column < tiles.Width)
                    {
                        y[to + (row * tiles.Width) + column] = tile[(row * Points) + column] + addend;
                    }
                }
            }
        }
    }

    /// <summary>dw [filters, channels, 3, 3] = what the products m [36, filters, channels] collect to.</summary>
    /// <param name="pairs">of a filter and a channel</param>
    public static void Collect(ArrayView<float> m, ArrayView<float> dw, int pairs)
    {
        const int Side = 3;
        int index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= pairs)
        {
            return;
        }

        ArrayView<float> tile = LocalMemory.Allocate<float>(SixPointLine.Places);
        for (int place = 0; place < SixPointLine.Places; place++)
        {
            tile[place] = m[(place * pairs) + index];
        }

        for (int column = 0; column < Points; column++)
        {
            SixPointLine.ThreeOutputs(tile, column, Points);
        }

        for (int row = 0; row < Side; row++)
        {
            SixPointLine.ThreeOutputs(tile, row * Points, 1);
            for (int column = 0; column < Side; column++)
            {
                dw[(((index * Side) + row) * Side) + column] = tile[(row * Points) + column];
            }
        }
    }

    /// <summary>Reads side x side pixels of a tile: zeros outside the image, and of a tile that does not exist.</summary>
    private static void Read(ArrayView<float> x, in WinogradTiles tiles, int index, int side, ArrayView<float> tile)
    {
        int channel = tiles.Stride.Quotient(index), number = index - (channel * tiles.Stride.Value);
        Digits digits = tiles.Places.Of(number);
        int top = tiles.OriginY + (digits.Middle * WinogradTiles.Step), left = tiles.OriginX + (digits.Low * WinogradTiles.Step);
        int from = (((((digits.High * tiles.Channels) + channel) * tiles.Height) + top) * tiles.Width) + left;
        for (int row = 0; row < side; row++)
        {
            bool hasRow = (number < tiles.Count) & ((uint)(top + row) < (uint)tiles.Height);
            for (int column = 0; column < side; column++)
            {
                // Reading some element and dropping it costs less than a branch around the read.
                bool isInside = hasRow & ((uint)(left + column) < (uint)tiles.Width);
                float value = x[isInside ? from + (row * tiles.Width) + column : 0];
                tile[(row * Points) + column] = isInside ? value : 0;
            }
        }
    }

    private static void Write(ArrayView<float> v, int index, int plane, ArrayView<float> tile)
    {
        for (int place = 0; place < SixPointLine.Places; place++)
        {
            v[(place * plane) + index] = tile[place];
        }
    }
}
