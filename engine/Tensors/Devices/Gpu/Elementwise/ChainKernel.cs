using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>The function of a link of a chain.</summary>
internal enum ChainFunction
{
    /// <summary>y = p.</summary>
    Fill,
    Copy,

    /// <summary>y = p·a + b.</summary>
    AddScaled,
    Affine,
    Softplus,
    Square,
    Sign,
    Tanh,
    Relu,
    LeakyRelu,
    SoftplusGradient,
    SquareGradient,
    TanhGradient,
    ReluGradient,
    LeakyReluGradient,
    Add,
    Subtract,
    Multiply,
    AbsoluteDifference,

    /// <summary>y[0] = p·Σ a.</summary>
    Sum,
}

/// <summary>
/// Several small calls in one launch: a loop over the rows of a table. The arrays are small, or of one length with purely element-wise
/// functions. Each result has the same bits as its own kernel's. CUDA only.
/// </summary>
internal static class ChainKernel
{
    /// <summary>Memory latencies of a link: its row, which may be cached, and its inputs.</summary>
    public const double LoadsPerLink = 1.5;

    /// <summary>Elements that a thread has in flight.</summary>
    private const int Strip = 4;

    /// <summary>
    /// One group of threads, with a barrier between links; or several groups, where each element depends only on elements of the same
    /// index, which one thread processes.
    /// </summary>
    public static void Chain(ArrayView<long> table, int links)
    {
        if (!PtxMethods.AreSupported)
        {
            return;
        }

        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        for (var number = 0; number < links; number++)
        {
            var row = number * ChainTable.Columns;
            Link link = default;
            link.Function = (int)table[row + ChainTable.Function];
            link.A = table[row + ChainTable.A];
            link.B = table[row + ChainTable.B];
            link.Y = table[row + ChainTable.Y];
            link.Length = (int)table[row + ChainTable.Length];
            link.P = Interop.IntAsFloat((uint)table[row + ChainTable.P]);
            if (link.Function == (int)ChainFunction.Sum)
            {
                Sum(link, (int)table[row + ChainTable.Lanes], shared);
            }
            else
            {
                link.Q = Interop.IntAsFloat((uint)table[row + ChainTable.Q]);
                Elements(link);
            }

            Group.Barrier();
        }
    }

    private static void Elements(Link link)
    {
        var step = Grid.DimX * Group.DimX;
        for (var i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < link.Length; i += Strip * step)
        {
            var (inA, inB) = (Read(link.A, i, step, link.Length), Read(link.B, i, step, link.Length));
            Write(link, i, inA.X, inB.X);
            Write(link, i + step, inA.Y, inB.Y);
            Write(link, i + (2 * step), inA.Z, inB.Z);
            Write(link, i + (3 * step), inA.W, inB.W);
        }
    }

    /// <summary>A strip of an array; zeros beyond the end or where there is no array.</summary>
    private static Float4 Read(long array, int first, int step, int length)
    {
        Float4 strip = default;
        strip.X = ReadOne(array, first, length);
        strip.Y = ReadOne(array, first + step, length);
        strip.Z = ReadOne(array, first + (2 * step), length);
        strip.W = ReadOne(array, first + (3 * step), length);
        return strip;
    }

    private static float ReadOne(long array, int i, int length)
    {
        float value = 0;
        if (i < length && array != 0)
        {
            value = DeviceAddress.Load(array + ((long)i * sizeof(float)));
        }

        return value;
    }

    private static void Write(Link link, int i, float a, float b)
    {
        if (i < link.Length)
        {
            DeviceAddress.Store(link.Y + ((long)i * sizeof(float)), Of(link.Function, a, b, link.P, link.Q));
        }
    }

    private static float Of(int function, float a, float b, float p, float q) => (ChainFunction)function switch
    {
        ChainFunction.Fill => p,
        ChainFunction.Copy => a,
        ChainFunction.AddScaled => MathF.FusedMultiplyAdd(p, a, b),
        ChainFunction.Affine => Affine.Apply(a, p, q),
        ChainFunction.Softplus => Softplus.Apply(a, p, q),
        ChainFunction.Square => Square.Apply(a, p, q),
        ChainFunction.Sign => Sign.Apply(a, p, q),
        ChainFunction.Tanh => Tanh.Apply(a, p, q),
        ChainFunction.Relu => Relu.Apply(a, p, q),
        ChainFunction.LeakyRelu => LeakyRelu.Apply(a, p, q),
        ChainFunction.SoftplusGradient => Softplus.Gradient(a, b, p, q),
        ChainFunction.SquareGradient => Square.Gradient(a, b, p, q),
        ChainFunction.TanhGradient => Tanh.Gradient(a, b, p, q),
        ChainFunction.ReluGradient => Relu.Gradient(a, b, p, q),
        ChainFunction.LeakyReluGradient => LeakyRelu.Gradient(a, b, p, q),
        ChainFunction.AbsoluteDifference => MathF.Abs(a - b),
        ChainFunction.Add => a + b,
        ChainFunction.Subtract => a - b,
        _ => a * b,
    };

    /// <summary>A sum in the order of <see cref="ReduceKernels"/>.</summary>
    /// <param name="lanes">threads that share the sum: a power of two</param>
    private static void Sum(Link link, int lanes, ArrayView<float> shared)
    {
        ArrayView<float> high = shared.SubView(0, GroupTree.MaxThreads), low = shared.SubView(GroupTree.MaxThreads, GroupTree.MaxThreads);
        var lane = Group.IdxX;
        if (lane < lanes)
        {
            var unit = ReduceKernels.UnitOf(link.P);
            var sum = default(Compensated);
            for (var i = lane; i < link.Length; i += lanes)
            {
                sum = sum.Add(DeviceAddress.Load(link.A + ((long)i * sizeof(float))) * unit);
            }

            high[lane] = sum.High;
            low[lane] = sum.Low;
        }

        Group.Barrier();
        for (var half = lanes / 2; half > 0; half /= 2)
        {
            if (lane < half)
            {
                var joined = new Compensated(high[lane], low[lane]).Add(new Compensated(high[lane + half], low[lane + half]));
                high[lane] = joined.High;
                low[lane] = joined.Low;
            }

            Group.Barrier();
        }

        if (lane == 0)
        {
            DeviceAddress.Store(link.Y, new Compensated(high[0], low[0]).Value * ReduceKernels.RestOf(link.P));
        }
    }

    /// <summary>A row of the table, without the threads that share a sum.</summary>
    private struct Link
    {
        public int Function, Length;
        public long A, B, Y;
        public float P, Q;
    }
}
