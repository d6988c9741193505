using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// The data gradient of a convolution with few pixels (<see cref="FewPixels"/>), and a transposed convolution. As a product of each phase
/// of the stride it would read every second tap, in all phases together each sector four times. Here a group reads a strip of the weight
/// [K, C · taps] as it lies in memory, with all taps of a few channels, and multiplies it with dy [K, pixels]. The result has a number
/// for each tap and pixel; each element of dx adds those that fall on it.
/// </summary>
internal static class FewPixelsInputGradientKernel
{
    /// <summary>Taps of a strip, of all its channels: 256 contiguous bytes of each row.</summary>
    public const int Columns = FewPixels.ResultsOfPixel;

    /// <summary>Rows that a group reads at once: the summands of each tap.</summary>
    public const int Rows = FewPixels.Summands;

    private const int Vectors = FewPixels.Vectors;

    /// <summary>Grid X counts strips.</summary>
    /// <typeparam name="TSums">for each pixel four taps</typeparam>
    /// <typeparam name="TLoads">vectors of the weight in flight</typeparam>
    /// <param name="product">the data gradient as a product of phases, none of which is entered</param>
    /// <param name="weight">the weight as vectors of four</param>
    public static void FewPixelsInputGradient<TSums, TLoads>(Product product, ArrayView<Float4> weight, FewPixelsStrip strip)
        where TSums : struct, IRegisterArray<TSums, Float4>
        where TLoads : struct, IRegisterArray<TLoads, Float4>
    {
        ArrayView<float> gradient = SharedMemory.Allocate<float>(FewPixels.SharedLength),
            joined = SharedMemory.Allocate<float>(FewPixels.SecondLength);
        Rolling<TSums> rolling = default;
        rolling.Weight = weight;
        rolling.Gradient = gradient;
        rolling.RowStride = product.Left.HighStride / FewPixels.Width;
        rolling.Column = (Grid.IdxX * Vectors) + (Group.IdxX % Vectors);
        rolling.End = rolling.Column < rolling.RowStride ? product.Depth : 0;
        rolling.Row = Group.IdxX / Vectors;
        TLoads loads = TLoads.Make(ref rolling, 0);
        rolling.Next = Rows * TLoads.Count;
        int rowsAtOnce = FewPixels.SharedLength / TSums.Count;
        for (int first = 0; first < product.Depth; first += rowsAtOnce)
        {
            // The rows of the weight that are in flight stay so across the barriers.
            Group.Barrier();
            int rows = IntrinsicMath.Min(rowsAtOnce, RoundUp(product.Depth - first, Rows * TLoads.Count));
            LoadGradient(product, gradient, strip, first, rows, TSums.Count);
            Group.Barrier();
            rolling.InGradient = Group.IdxX / Vectors;
            for (int row = 0; row < rows; row += Rows * TLoads.Count)
            {
                loads = TLoads.Map(loads, ref rolling, 0);
                rolling.Row += Rows * TLoads.Count;
                rolling.InGradient += Rows * TLoads.Count;
            }
        }

        int pixels = product.Images * product.Right.Height * product.Right.Width;
        FewPixels.JoinSummands(rolling.Sums, pixels, gradient, joined, vectorStep: 1, summandStep: Vectors);
        Group.Barrier();
        for (int i = Group.IdxX; i < strip.Channels * strip.Outputs.Value; i += FewPixels.Threads)
        {
            int inStrip = strip.Outputs.Quotient(i), channel = (Grid.IdxX * strip.Channels) + inStrip;
            if (channel < product.Rows)
            {
                Digits output = product.ColumnRadix.Of(i - (inStrip * strip.Outputs.Value));
                product.Write(channel, output, Collect(product, joined, output, inStrip));
            }
        }
    }

    /// <summary>Loads rows of dy, [row, pixel], with zeros for rows and pixels that do not exist.</summary>
    private static void LoadGradient(
        in Product product, ArrayView<float> gradient, in FewPixelsStrip strip, int first, int rows, int pixels)
    {
        // The number of threads is a multiple of that of pixels, so a thread loads one pixel of several rows.
        int pixel = Group.IdxX % pixels;
        Digits digits = strip.Pixels.Of(pixel);
        int offset = (digits.High * product.Right.ColumnPlane) + (digits.Middle * product.Right.Width) + digits.Low;
        bool exists = digits.High < product.Images;
        for (int row = Group.IdxX / pixels; row < rows; row += FewPixels.Threads / pixels)
        {
            SharedCopy.Start(
                product.Right.Image, offset + ((first + row) * product.Right.DepthPlane), exists & (first + row < product.Depth),
                ref gradient[(row * pixels) + pixel]);
        }

        SharedCopy.Commit();
        SharedCopy.WaitForAll();
    }

    /// <summary>The sum over all taps and pixels that fall on an element of dx.</summary>
    private static float Collect(in Product product, ArrayView<float> joined, Digits output, int channel)
    {
        float sum = 0;
        for (int down = 0; down < product.Vertical.Kernel; down++)
        {
            int row = Met(product.Vertical, output.Middle, down, product.Right.Height);
            if (row >= 0)
            {
                for (int across = 0; across < product.Horizontal.Kernel; across++)
                {
                    int column = Met(product.Horizontal, output.Low, across, product.Right.Width);
                    if (column >= 0)
                    {
                        int pixel = (((output.High * product.Right.Height) + row) * product.Right.Width) + column;
                        int tap = (((channel * product.Vertical.Kernel) + down) * product.Horizontal.Kernel) + across;
                        sum += FewPixels.Joined(joined, pixel, tap);
                    }
                }
            }
        }

        return sum;
    }

    /// <summary>The output position that meets an input position by a tap, or -1.</summary>
    private static int Met(in PhaseAxis axis, int position, int tap, int extent)
    {
        int distance = position + axis.Pad - (tap * axis.Dilation), met = axis.Stride.Quotient(IntrinsicMath.Max(distance, 0));
        return (met * axis.Stride.Value == distance) & (met < extent) ? met : -1;
    }

    private static int RoundUp(int count, int step) => (count + step - 1) / step * step;

    /// <summary>
    /// Vectors of the weight on their way into registers: each is multiplied when it has arrived, and its register then waits for the next
    /// one, so that all others are in flight during the multiplication.
    /// </summary>
    private struct Rolling<TSums> : ISource<Float4>, IMap<Float4>
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        public ArrayView<Float4> Weight;

        public ArrayView<float> Gradient;

        public TSums Sums;

        /// <summary>This thread's next row of the weight, its vector in it, the end of rows, and the stride of rows.</summary>
        public int Row, Column, End, RowStride;

        /// <summary>The same row in <see cref="Gradient"/>, and the distance to the row to load after it.</summary>
        public int InGradient, Next;

        public readonly Float4 Get(int index)
        {
            int row = Row + Next + (index * Rows);
            Float4 value = default;
            if (row < End)
            {
                value = Weight[(row * RowStride) + Column];
            }

            return value;
        }

        public Float4 Of(int index, Float4 value)
        {
            Multiply multiply = default;
            multiply.Gradient = FewPixels.From(Gradient, (InGradient + (index * Rows)) * TSums.Count);
            multiply.Weight = value;
            Sums = TSums.Map(Sums, ref multiply, 0);
            return Get(index);
        }
    }

    /// <summary>Multiplies four taps with a row of dy.</summary>
    private struct Multiply : IMap<Float4>
    {
        public ArrayView<float> Gradient;

        public Float4 Weight;

        public readonly Float4 Of(int index, Float4 value) => Float4.AddProduct(value, Gradient[index], Weight);
    }
}

/// <summary>Sizes of a strip in <see cref="FewPixelsInputGradientKernel"/>.</summary>
internal struct FewPixelsStrip
{
    /// <summary>Rows and columns of dy.</summary>
    public Radix Pixels;

    /// <summary>Channels of a strip.</summary>
    public int Channels;

    /// <summary>Elements of a channel of dx, of all images.</summary>
    public Divisor Outputs;
}
