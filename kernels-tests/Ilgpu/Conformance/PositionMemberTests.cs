using ILGPU;
using ILGPU.Algorithms;
using ILGPU.AtomicOperations;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Positions, fences, memory of all shapes, conversions of indices: what the other tests of this folder pass by.</summary>
public sealed class PositionMemberTests(string deviceName) : ConformanceFixture(deviceName)
{
    public struct Mixed
    {
        public byte First;
        public double Second;
    }

    private readonly struct Sum<T> : IAtomicOperation<T>
        where T : unmanaged, System.Numerics.INumber<T>
    {
        public T Operation(T current, T value) => current + value;
    }

    [Test]
    public void GlobalIndicesAreComputed()
    {
        const int Results = 13;
        using var buffer = Accelerator.Allocate1D<long>(2 * 8 * Results);
        Accelerator.LoadStreamKernel<ArrayView<long>>(Kernel)((new Index3D(2, 1, 1), new Index3D(4, 2, 1)), buffer.AsContiguous());
        long[] results = buffer.GetAsArray1D();
        for (int group = 0; group < 2; group++)
        {
            for (int thread = 0; thread < 8; thread++)
            {
                int x = (4 * group) + (thread % 4), y = thread / 4;
                Assert.That(
                    results[(((8 * group) + thread) * Results)..][..Results],
                    Is.EqualTo(new long[] { x, x, y, x, y, 0, x, x, y, x, y, 0, 8 }));
            }
        }

        static void Kernel(ArrayView<long> r)
        {
            int k = Grid.GlobalLinearIndex * Results;
            r[k] = Grid.ComputeGlobalIndex(new Index1D(Grid.IdxX), new Index1D(Group.IdxX)).X;
            Index2D plane = Grid.ComputeGlobalIndex(Grid.Index.XY, Group.Index.XY);
            r[k + 1] = plane.X;
            r[k + 2] = plane.Y;
            Index3D space = Grid.ComputeGlobalIndex(Grid.Index, Group.Index);
            r[k + 3] = space.X;
            r[k + 4] = space.Y;
            r[k + 5] = space.Z;
            r[k + 6] = Grid.ComputeLongGlobalIndex(new Index1D(Grid.IdxX), new Index1D(Group.IdxX)).X;
            LongIndex2D longPlane = Grid.ComputeLongGlobalIndex(Grid.Index.XY, Group.Index.XY);
            r[k + 7] = longPlane.X;
            r[k + 8] = longPlane.Y;
            LongIndex3D longSpace = Grid.ComputeLongGlobalIndex(Grid.Index, Group.Index);
            r[k + 9] = longSpace.X;
            r[k + 10] = longSpace.Y;
            r[k + 11] = longSpace.Z;
            r[k + 12] = GridExtensions.GridStrideLoopStride.X;
        }
    }

    [Test]
    public void IndicesAreTakenApartAndJoined()
    {
        long[] results = CheckWhole<long, long>(Kernel, [3, 4, 5], 24);
        Assert.That(
            results, Is.EqualTo(new long[] { 3, 3, 3, 7, 12, 12, 9, 12, 60, 60, 15, 12, 3, 3, 9, 7, 12, 64, 60, 60, 7, 9, 12, 12 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            int x = (int)v[0], y = (int)v[1], z = (int)v[2];
            var one = new Index1D(x);
            LongIndex1D longOne = one;
            r[0] = (uint)one;
            r[1] = longOne;
            r[2] = (long)(ulong)longOne;
            (int a, int b) = new Index2D(x, y).ToValueTuple();
            r[3] = a + b;
            LongIndex2D longPlane = new Index2D(x, y);
            r[4] = longPlane.Size;
            r[5] = new Index2D(x).Size + x;
            r[6] = new Index3D(x, y, z).YZ.Size - 11;
            (int d, int e, int f) = new Index3D(x, y, z);
            r[7] = d + e + f;
            (d, e, f) = new Index3D(new Index2D(x, y), z).ToValueTuple();
            r[8] = d * e * f;
            r[9] = new Index3D(x, new Index2D(y, z)).Size;
            r[10] = new Index3D(z).X * x;
            (long g, long h) = new LongIndex2D(x, y);
            r[11] = g * h;
            (g, h) = new LongIndex2D(v[0]).ToValueTuple();
            r[12] = g;
            r[13] = h;
            (g, h, long i) = new LongIndex3D(x, y, z);
            r[14] = g + h + (i - x);
            (g, h, i) = new LongIndex3D(new LongIndex2D(x, y), z).ToValueTuple();
            r[15] = g + h;
            r[16] = new LongIndex3D(x, y, z).XY.Size;
            r[17] = new LongIndex3D(v[1]).Size;
            r[18] = new LongIndex3D(x, new LongIndex2D(y, z)).Size;
            r[19] = ((Index3D)new LongIndex3D(x, y, z)).Size;
            LongIndex3D joined = (v[0], v[1], v[2]);
            r[20] = joined.X + joined.Y;
            r[21] = joined.YZ.Size - 11;
            r[22] = Interop.SizeOf<Mixed>() - 4;
            r[23] = Interop.SizeOf(new Mixed()) + Interop.OffsetOf<Mixed>(nameof(Mixed.Second)) - 12;
        }
    }

    [Test]
    public void MemoryHasEveryShape()
    {
        using var buffer = Accelerator.Allocate1D<int>(8);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 8), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 8).Select(i => (7 - i) * 4)));

        static void Kernel(ArrayView<int> r)
        {
            int i = Group.IdxX, j = 7 - i;
            var spread = SharedMemory.Allocate1D<int, Stride1D.General>(new Index1D(8), new Stride1D.General(2));
            var space = SharedMemory.Allocate3D<int, Stride3D.DenseXY>(new Index3D(2, 2, 2), new Stride3D.DenseXY(2, 4));
            var line = LocalMemory.Allocate1D<int, Stride1D.General>(new Index1D(4), new Stride1D.General(3));
            var cube = LocalMemory.Allocate3D<int, Stride3D.DenseZY>(new Index3D(2, 2, 2), new Stride3D.DenseZY(4, 2));
            spread[new Index1D(i)] = i;
            space[i % 2, i / 2 % 2, i / 4] = i;
            MemoryFence.GroupLevel();
            MemoryFence.DeviceLevel();
            MemoryFence.SystemLevel();
            Group.Barrier();
            line[new Index1D(j % 4)] = spread[new Index1D(j)];
            cube[j % 2, j / 2 % 2, j / 4] = space[j % 2, j / 2 % 2, j / 4];
            var dense = SharedMemory.Allocate1D<int>(new Index1D(8));
            var turned = SharedMemory.Allocate3DDenseZY<int>(new Index3D(2, 2, 2));
            var own = LocalMemory.Allocate1D<int>(new Index1D(4));
            dense[new Index1D(i)] = i;
            turned[i % 2, i / 2 % 2, i / 4] = i;
            Group.Barrier();
            own[new Index1D(i % 4)] = dense[new Index1D(j)] - turned[j % 2, j / 2 % 2, j / 4];
            r[i] = own[new Index1D(i % 4)] + (2 * line[new Index1D(j % 4)]) + (2 * cube[j % 2, j / 2 % 2, j / 4]);
        }
    }

    [Test]
    public void WarpsExchangeWithinSegments()
    {
        using var buffer = Accelerator.Allocate1D<int>(32 * 4);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 32), buffer.AsContiguous());
        int[] results = buffer.GetAsArray1D();
        int warp = Accelerator.WarpSize;
        for (int i = 0; i < 32; i++)
        {
            int[] expected = warp < 8 ? [i, i] : [i % 8 == 0 ? i : i - 1, i ^ 2];
            Assert.That(results[(4 * i)..((4 * i) + 4)], Is.EqualTo(new[] { expected[0], expected[1], i / warp, i % warp }));
        }

        static void Kernel(ArrayView<int> r)
        {
            int i = Group.IdxX;
            Warp.Barrier();
            r[4 * i] = Warp.ShuffleUp(i, 1, Warp.WarpSize < 8 ? Warp.WarpSize : 8);
            r[(4 * i) + 1] = Warp.ShuffleXor(i, 2, Warp.WarpSize < 8 ? Warp.WarpSize : 8);
            r[(4 * i) + 2] = Warp.ComputeWarpIdx(new Index1D(i));
            r[(4 * i) + 3] = Warp.ComputeWarpThreadIdx(new Index1D(i));
        }
    }

    [Test]
    public void AtomicsAreMadeForEveryType()
    {
        Check<int, CompareExchangeInt32>();
        Check<long, CompareExchangeInt64>();
        Check<uint, CompareExchangeUInt32>();
        Check<ulong, CompareExchangeUInt64>();
        Check<float, CompareExchangeFloat>();
        Check<double, CompareExchangeDouble>();

        void Check<T, TExchange>()
            where T : unmanaged, System.Numerics.INumber<T>
            where TExchange : struct, ICompareExchangeOperation<T>
        {
            using var buffer = Accelerator.Allocate1D<T>(1);
            buffer.MemSetToZero();
            Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>, T, TExchange>(Kernel)(
                100, buffer.AsContiguous(), T.CreateChecked(3), default);
            Assert.That(buffer.GetAsArray1D()[0], Is.EqualTo(T.CreateChecked(300)));
        }

        static void Kernel<T, TExchange>(Index1D i, ArrayView<T> sum, T value, TExchange exchange)
            where T : unmanaged, System.Numerics.INumber<T>
            where TExchange : struct, ICompareExchangeOperation<T> => Atomic.MakeAtomic(ref sum[0], value, default(Sum<T>), exchange);
    }
}
