using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Data gradient of few channels where the stride is 2 and kernels have 4 x 4 taps, without patches, as <see cref="FewFiltersKernel"/>: the
/// transposed convolution with which a U-Net makes its picture. Each pixel of dy meets a cell of 2 x 2 pixels of dx and its neighbours; a
/// thread takes two cells and multiplies the 3 x 4 numbers of dy around them with all 16 taps of all channels: 96 multiply-adds for three
/// channels.
/// </summary>
internal static class FewFiltersStridedKernel
{
    /// <summary>Cells of a group.</summary>
    public const int Rows = 8, Columns = 16;

    public const int Threads = Slices * SliceThreads;

    /// <summary>Neighbouring cells of a thread.</summary>
    private const int Own = 2;

    private const int ThreadsAcross = Columns / Own;

    private const int SliceThreads = Rows * ThreadsAcross;

    /// <summary>Channels of dy at once.</summary>
    private const int Slices = 4;

    /// <summary>A cell and its neighbours on both sides.</summary>
    private const int Around = 3;

    private const int PatchRows = Rows + Around - 1, PatchStride = Columns + 4, PatchSize = PatchRows * PatchStride;

    /// <summary>Elements of a piece that each thread of a slice brings.</summary>
    private const int Slots = (PatchSize + SliceThreads - 1) / SliceThreads;

    /// <summary>Pixels of a cell in each direction, and taps that meet each.</summary>
    private const int Side = 2, TapsEach = 2;

    /// <summary>Grid X counts pieces across, Y pieces down, Z images.</summary>
    /// <param name="g">of the convolution whose data gradient it is: padded by 1, with twice as many rows and columns as dy</param>
    public static void FewFiltersStrided<TShape>(
        ArrayView<float> dy, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> dx, ConvGeometry g)
        where TShape : struct, IFewFilters
    {
        int weightSize = TShape.Filters * TShape.Side * TShape.Side;
        ArrayView<float> patches = SharedMemory.Allocate<float>(2 * Slices * PatchSize),
            weights = SharedMemory.Allocate<float>(2 * Slices * TShape.Filters * TShape.Side * TShape.Side);
        ArrayView<float> joined = SharedMemory.Allocate<float>(SliceThreads * Own * Side * Side * TShape.Filters);
        int slice = Group.IdxX / SliceThreads, thread = Group.IdxX % SliceThreads;
        ArrayView<float> sums = LocalMemory.Allocate<float>(TShape.Filters * Side * Side * Own);
        for (int i = 0; i < TShape.Filters * Side * Side * Own; i++)
        {
            sums[i] = 0;
        }

        // Where this thread's elements of a piece lie in any channel, or -1.
        ArrayView<int> places = LocalMemory.Allocate<int>(Slots);
        for (int slot = 0; slot < Slots; slot++)
        {
            int element = (slot * SliceThreads) + thread;
            int y = (Grid.IdxY * Rows) + (element / PatchStride) - 1, x = (Grid.IdxX * Columns) + (element % PatchStride) - 1;
            places[slot] = ((uint)y < (uint)g.OutH) & ((uint)x < (uint)g.OutW) ? (y * g.OutW) + x : -1;
        }

        Bring<TShape>(
            dy, w, g, places, slice, patches.SubView(slice * PatchSize, PatchSize), weights.SubView(slice * weightSize, weightSize));
        int part = slice;
        for (int channel = slice; channel - slice < g.K; channel += Slices)
        {
            // After the barrier these channels are there for all, and nobody reads the other half any more.
            SharedCopy.WaitForAll();
            Group.Barrier();
            int next = (2 * slice) + Slices - part; // the same slice of the other half
            Bring<TShape>(
                dy, w, g, places, channel + Slices, patches.SubView(next * PatchSize, PatchSize),
                weights.SubView(next * weightSize, weightSize));
            Accumulate<TShape>(patches.SubView(part * PatchSize, PatchSize), weights.SubView(part * weightSize, weightSize), thread, sums);
            part = next;
        }

        SharedCopy.WaitForAll();
        for (int giver = 1; giver < Slices; giver++)
        {
            // One slice after the other hands its sums to the first.
            if (slice == giver)
            {
                for (int i = 0; i < TShape.Filters * Side * Side * Own; i++)
                {
                    joined[(i * SliceThreads) + thread] = sums[i];
                }
            }

            Group.Barrier();
            if (slice == 0)
            {
                for (int i = 0; i < TShape.Filters * Side * Side * Own; i++)
                {
                    sums[i] += joined[(i * SliceThreads) + thread];
                }
            }

            Group.Barrier();
        }

        if (slice == 0)
        {
            Store<TShape>(dx, bias, g, thread, sums);
        }
    }

    /// <summary>Starts bringing a channel's piece of dy and its taps: those of a tap and all filters side by side.</summary>
    private static void Bring<TShape>(
        ArrayView<float> dy, ArrayView<float> w, in ConvGeometry g, ArrayView<int> places, int channel, ArrayView<float> patch,
        ArrayView<float> weight)
        where TShape : struct, IFewFilters
    {
        int thread = Group.IdxX % SliceThreads, plane = ((Grid.IdxZ * g.K) + channel) * g.OutH * g.OutW;
        bool exists = channel < g.K;
        for (int slot = 0; slot < Slots; slot++)
        {
            int element = (slot * SliceThreads) + thread;
            if (((slot + 1) * SliceThreads <= PatchSize) || element < PatchSize)
            {
                SharedCopy.Start(dy, plane + places[slot], exists & (places[slot] >= 0), ref patch[element]);
            }
        }

        // In a weight [K, C, 4, 4] all taps of all filters of a channel of dy are one piece.
        int all = TShape.Filters * TShape.Side * TShape.Side;
        for (int e = 0; e < all; e += SliceThreads)
        {
            if (e + SliceThreads <= all || e + thread < all)
            {
                SharedCopy.Start(w, (channel * all) + e + thread, exists, ref weight[e + thread]);
            }
        }

        SharedCopy.Commit();
    }

    private static void Accumulate<TShape>(ArrayView<float> patch, ArrayView<float> weight, int thread, ArrayView<float> sums)
        where TShape : struct, IFewFilters
    {
        int first = (thread / ThreadsAcross * PatchStride) + (thread % ThreadsAcross * Own);
        ArrayView<float> pixels = LocalMemory.Allocate<float>(Around * (Own + Around - 1)),
            taps = LocalMemory.Allocate<float>(TShape.Side * TShape.Side);
        for (int row = 0; row < Around; row++)
        {
            for (int i = 0; i < Own + Around - 1; i++)
            {
                pixels[(row * (Own + Around - 1)) + i] = patch[first + (row * PatchStride) + i];
            }
        }

        for (int filter = 0; filter < TShape.Filters; filter++)
        {
            for (int i = 0; i < TShape.Side * TShape.Side; i++)
            {
                taps[i] = weight[(filter * TShape.Side * TShape.Side) + i];
            }

            for (int a = 0; a < Side; a++)
            {
                for (int b = 0; b < Side; b++)
                {
                    for (int u = 0; u < TapsEach; u++)
                    {
                        for (int v = 0; v < TapsEach; v++)
                        {
                            // Row 2i + a of dx meets, by tap 1 − a + 2u, row i + a − u of dy: the piece begins at row i − 1.
                            float tap = taps[((1 - a + (2 * u)) * TShape.Side) + 1 - b + (2 * v)];
                            for (int cell = 0; cell < Own; cell++)
                            {
                                sums[(((((filter * Side) + a) * Own) + cell) * Side) + b] += tap * pixels[(
                                    (1 + a - u) * (Own + Around - 1)) + 1 + b - v + cell];
                            }
                        }
                    }
                }
            }
        }
    }

    private static void Store<TShape>(ArrayView<float> dx, ArrayView<float> bias, in ConvGeometry g, int thread, ArrayView<float> sums)
        where TShape : struct, IFewFilters
    {
        int row = ((Grid.IdxY * Rows) + (thread / ThreadsAcross)) * Side,
            column = ((Grid.IdxX * Columns) + (thread % ThreadsAcross * Own)) * Side;
        for (int filter = 0; filter < TShape.Filters; filter++)
        {
            float added = bias.IntLength > 0 ? bias[filter] : 0;
            for (int a = 0; a < Side; a++)
            {
                int to = (((((Grid.IdxZ * TShape.Filters) + filter) * g.H) + row + a) * g.W) + column;
                for (int i = 0; i < Own * Side; i++)
                {
                    if (row < g.H && column + i < g.W)
                    {
                        dx[to + i] = sums[(((filter * Side) + a) * Own * Side) + i] + added;
                    }
                }
            }
        }
    }
}
