using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// What the few-pixels kernels share: constants, and the sum over the threads of a group. They compute convolutions whose output has so few
/// pixels that reading the weight, or writing its gradient, is nearly all of the work: a U-Net's inner layers. Each reads or writes the
/// weight exactly once, in 128-bit accesses that are contiguous across a warp, and waits for no other thread meanwhile. Sizes follow from
/// each other where they are declared; what else they must meet, FewPixelsTests.SizesFit states.
/// </summary>
internal static class FewPixels
{
    /// <summary>The most output pixels, of all images together.</summary>
    public const int MaxPixels = 16;

    /// <summary>512: one group on a multiprocessor, each thread with up to 128 registers.</summary>
    public const int Threads = Vectors * Summands;

    /// <summary>Floats of the array in shared memory for the factor that is not the weight, and for sums.</summary>
    public const int SharedLength = PixelsAtATime * Width * Threads;

    /// <summary>Floats of a second array for <see cref="Joined"/> sums, or for the pixels of a weight gradient.</summary>
    public const int SecondLength = Halves * HalfLength;

    public const int SharedBytes = (SharedLength + SecondLength) * sizeof(float);

    /// <summary>Numbers of a vector, which is a <see cref="Float4"/>.</summary>
    public const int Width = 4;

    /// <summary>Results of a pixel that a group sums: 64.</summary>
    public const int ResultsOfPixel = Vectors * Width;

    /// <summary>Threads whose sums are added to one result: as many as a warp has.</summary>
    public const int Summands = 32;

    /// <summary>Vectors of results of a pixel.</summary>
    public const int Vectors = 16;

    /// <summary>Pixels whose sums are in shared memory together: the 512 threads add two halves of 64 results of each of four.</summary>
    public const int PixelsAtATime = Threads / Halves / ResultsOfPixel;

    /// <summary>The summands of a result are added in two halves, so that every thread adds one half of one result of one pixel.</summary>
    public const int Halves = 2;

    /// <summary>Odd, so that the same result of neighbouring pixels is in different memory banks.</summary>
    private const int PixelStride = ResultsOfPixel + 1;

    private const int HalfLength = MaxPixels * PixelStride;

    /// <summary>
    /// Adds the sums of 32 threads each, four pixels at a time, in a fixed order. All threads of the group must call it.
    /// </summary>
    /// <remarks>
    /// The 512 threads of a group are 16 vectors of results times 32 summands of each; the kernel says which thread is which:
    /// <code>
    /// thread   vector · vectorStep + summand · summandStep
    /// shared   [pixel of four][number of the vector][thread]        each thread's sums
    /// joined   [half of the summands][pixel][vector · 4 + number]   pixels are 65 floats apart
    /// </code>
    /// </remarks>
    /// <param name="sums">for each pixel a vector of results</param>
    /// <param name="count">the pixels that there are</param>
    /// <param name="shared">[<see cref="SharedLength"/>], overwritten</param>
    /// <param name="joined">[<see cref="SecondLength"/>]; to be read by <see cref="Joined"/> after a barrier</param>
    /// <param name="vectorStep">distance from a thread to the one with the next vector</param>
    /// <param name="summandStep">distance from a thread to the next one with the same vector</param>
    public static void JoinSummands<TSums>(
        TSums sums, int count, ArrayView<float> shared, ArrayView<float> joined, int vectorStep, int summandStep)
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        // What this thread adds: half of the summands of a number of a vector of results, of one pixel of four.
        int half = Group.IdxX / (Threads / Halves), index = Group.IdxX % (Threads / Halves);
        int pixel = index / ResultsOfPixel, number = index % ResultsOfPixel / Vectors, vector = index % Vectors;
        StoreFourPixels store = default;
        store.Shared = From(shared, Group.IdxX);
        for (int first = 0; first < count; first += PixelsAtATime)
        {
            Group.Barrier();
            store.First = first;
            TSums.Each(sums, ref store, 0);
            Group.Barrier();
            float sum = 0;
            for (int i = 0; i < Summands / Halves; i++)
            {
                // Each result begins with another summand, so that neighbouring threads read from different memory banks.
                int summand = ((half * (Summands / Halves)) + i + vector + (number * (Vectors + 1))) % Summands;
                sum += shared[(((pixel * Width) + number) * Threads) + (vector * vectorStep) + (summand * summandStep)];
            }

            joined[(half * HalfLength) + ((first + pixel) * PixelStride) + (vector * Width) + number] = sum;
        }
    }

    /// <summary>Shared memory from a place on, so that further offsets are constants and neighbouring reads become one.</summary>
    public static ArrayView<float> From(ArrayView<float> shared, int place) => shared.SubView(place, shared.IntLength - place);

    /// <summary>A result of <see cref="JoinSummands"/>, of both halves.</summary>
    public static float Joined(ArrayView<float> joined, int pixel, int result)
    {
        int place = (pixel * PixelStride) + result;
        return joined[place] + joined[HalfLength + place];
    }

    /// <summary>Writes those of a thread's sums that are of four pixels: [pixel of four][number of the vector][thread].</summary>
    private struct StoreFourPixels : ITarget<Float4>
    {
        /// <summary>From this thread's first number on.</summary>
        public ArrayView<float> Shared;

        /// <summary>The first of the four pixels.</summary>
        public int First;

        public readonly void Put(int index, Float4 value)
        {
            if (index - (index % PixelsAtATime) == First)
            {
                int place = index % PixelsAtATime * Width * Threads;
                Shared[place] = value.X;
                Shared[place + Threads] = value.Y;
                Shared[place + (2 * Threads)] = value.Z;
                Shared[place + (3 * Threads)] = value.W;
            }
        }
    }
}
