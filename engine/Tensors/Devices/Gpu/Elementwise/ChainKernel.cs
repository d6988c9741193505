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
        for (var link = 0; link < links; link++)
        {
            var row = link * ChainTable.Columns;
            var function = (int)table[row + ChainTable.Function];
            long a = table[row + ChainTable.A], b = table[row + ChainTable.B], y = table[row + ChainTable.Y];
            var length = (int)table[row + ChainTable.Length];
            var p = Interop.IntAsFloat((uint)table[row + ChainTable.P]);
            if (function == (int)ChainFunction.Sum)
            {
                Sum(a, y, length, p, (int)table[row + ChainTable.Lanes], shared);
            }
            else
            {
                Elements(function, a, b, y, length, p, Interop.IntAsFloat((uint)table[row + ChainTable.Q]));
            }

            Group.Barrier();
        }
    }

    private static void Elements(int function, long a, long b, long y, int length, float p, float q)
    {
        var step = Grid.DimX * Group.DimX;
        for (var i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < length; i += Strip * step)
        {
            var (inA, inB) = (Read(a, i, step, length), Read(b, i, step, length));
            Write(function, y, i, length, inA.X, inB.X, p, q);
            Write(function, y, i + step, length, inA.Y, inB.Y, p, q);
            Write(function, y, i + (2 * step), length, inA.Z, inB.Z, p, q);
            Write(function, y, i + (3 * step), length, inA.W, inB.W, p, q);
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

    private static void Write(int function, long y, int i, int length, float a, float b, float p, float q)
    {
        if (i < length)
        {
            DeviceAddress.Store(y + ((long)i * sizeof(float)), Of(function, a, b, p, q));
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
    private static void Sum(long a, long y, int length, float scale, int lanes, ArrayView<float> shared)
    {
        ArrayView<float> high = shared.SubView(0, GroupTree.MaxThreads), low = shared.SubView(GroupTree.MaxThreads, GroupTree.MaxThreads);
        var lane = Group.IdxX;
        if (lane < lanes)
        {
            var sum = default(Compensated);
            for (var i = lane; i < length; i += lanes)
            {
                sum = sum.Add(DeviceAddress.Load(a + ((long)i * sizeof(float))));
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
            DeviceAddress.Store(y, new Compensated(high[0], low[0]).Value * scale);
        }
    }
}
