using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// What the few-pixels kernels share: constants, and the sum over the lanes of a group. They compute convolutions whose output has so few
/// pixels that reading the weight, or writing its gradient, is nearly all of the work: a U-Net's inner layers. Each reads or writes the
/// weight exactly once, in 128-bit accesses that are contiguous across a warp, and waits for no other thread meanwhile.
/// </summary>
internal static class FewPixels
{
    /// <summary>The most output pixels, of all images together.</summary>
    public const int MaxPixels = 16;

    /// <summary>One group on a multiprocessor, each thread with up to 128 registers.</summary>
    public const int Threads = 512;

    /// <summary>Floats of the array in shared memory for the factor that is not the weight, and for sums.</summary>
    public const int SharedLength = 8192;

    /// <summary>Floats of a second array for <see cref="Joined"/> sums, or for the pixels of a weight gradient.</summary>
    public const int SecondLength = Halves * HalfLength;

    public const int SharedBytes = (SharedLength + SecondLength) * sizeof(float);

    /// <summary>Numbers of a vector.</summary>
    public const int Width = 4;

    /// <summary>Results of a pixel that a group sums.</summary>
    public const int ResultsOfPixel = Threads * Width / Lanes;

    /// <summary>Threads whose sums are added to one result.</summary>
    private const int Lanes = 32;

    private const int Fours = ResultsOfPixel / Width;

    /// <summary>Results are added in two halves, so that every thread has one of them.</summary>
    private const int Halves = 2;

    /// <summary>Odd, so that the same result of neighbouring pixels is in different memory banks.</summary>
    private const int PixelStride = ResultsOfPixel + 1;

    private const int HalfLength = MaxPixels * PixelStride;

    /// <summary>
    /// Adds the sums of 32 threads each, four pixels at a time, in a fixed order. All threads of the group must call it.
    /// </summary>
    /// <param name="sums">for each pixel four results</param>
    /// <param name="count">the pixels that there are</param>
    /// <param name="shared">[<see cref="SharedLength"/>], overwritten</param>
    /// <param name="joined">[<see cref="SecondLength"/>]; to be read by <see cref="Joined"/> after a barrier</param>
    /// <param name="resultStep">distance from a thread to that with the next four results</param>
    /// <param name="laneStep">distance from a thread to the next one with the same results</param>
    public static void JoinLanes<TSums>(
        TSums sums, int count, ArrayView<float> shared, ArrayView<float> joined, int resultStep, int laneStep)
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        // This thread adds one result of one pixel over half of the lanes: four says which of them hold it, number where among their four.
        int half = Group.IdxX / (Threads / Halves), index = Group.IdxX % (Threads / Halves);
        int pixel = index / ResultsOfPixel, number = index % ResultsOfPixel / Fours, four = index % Fours;
        FourPixels pixels = default;
        pixels.Shared = From(shared, Group.IdxX);
        for (int first = 0; first < count; first += Width)
        {
            Group.Barrier();
            pixels.First = first;
            TSums.Each(sums, ref pixels, 0);
            Group.Barrier();
            float sum = 0;
            for (int i = 0; i < Lanes / Halves; i++)
            {
                // Each result begins with another lane, so that neighbouring threads read from different memory banks.
                int lane = ((half * (Lanes / Halves)) + i + four + (number * (Fours + 1))) % Lanes;
                sum += shared[(((pixel * Width) + number) * Threads) + (four * resultStep) + (lane * laneStep)];
            }

            joined[(half * HalfLength) + ((first + pixel) * PixelStride) + (four * Width) + number] = sum;
        }
    }

    /// <summary>Shared memory from a place on, so that further offsets are constants and neighbouring reads become one.</summary>
    public static ArrayView<float> From(ArrayView<float> shared, int place) => shared.SubView(place, shared.IntLength - place);

    /// <summary>A sum of <see cref="JoinLanes"/>.</summary>
    public static float Joined(ArrayView<float> joined, int pixel, int result)
    {
        int place = (pixel * PixelStride) + result;
        return joined[place] + joined[HalfLength + place];
    }

    /// <summary>A thread's sums of four pixels, [pixel, 4, thread].</summary>
    private struct FourPixels : ITarget<Float4>
    {
        /// <summary>From this thread's first number on.</summary>
        public ArrayView<float> Shared;

        public int First;

        public readonly void Put(int index, Float4 value)
        {
            if (index - (index % Width) == First)
            {
                int place = index % Width * Width * Threads;
                Shared[place] = value.X;
                Shared[place + Threads] = value.Y;
                Shared[place + (2 * Threads)] = value.Z;
                Shared[place + (3 * Threads)] = value.W;
            }
        }
    }
}
