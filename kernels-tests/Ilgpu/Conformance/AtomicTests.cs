using ILGPU;
using ILGPU.AtomicOperations;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Atomic operations of all types, on global and on shared memory.</summary>
public sealed class AtomicTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Threads = 500;

    private static readonly int[] s_numbers = [.. Enumerable.Range(0, Threads).Select(i => (i * 7919 % 1009) - 500)];

    public readonly struct SaturatingAdd : IAtomicOperation<int>
    {
        public int Operation(int current, int value) => Math.Min(current + value, 1000);
    }

    private static void Int32Kernel(Index1D i, ArrayView<int> a, ArrayView<int> r)
    {
        Atomic.Add(ref r[0], a[i]);
        Atomic.Max(ref r[1], a[i]);
        Atomic.Min(ref r[2], a[i]);
        Atomic.And(ref r[3], ~(1 << (i & 15)));
        Atomic.Or(ref r[4], 1 << (i & 7));
        Atomic.Xor(ref r[5], a[i]);
    }

    private static void UInt32Kernel(Index1D i, ArrayView<int> a, ArrayView<uint> r)
    {
        Atomic.Add(ref r[0], (uint)a[i]);
        Atomic.Max(ref r[1], (uint)a[i]);
        Atomic.Min(ref r[2], (uint)a[i]);
        Atomic.And(ref r[3], ~(1u << (i & 15)));
        Atomic.Or(ref r[4], 1u << (i & 7));
        Atomic.Xor(ref r[5], (uint)a[i]);
    }

    private static void Int64Kernel(Index1D i, ArrayView<int> a, ArrayView<long> r)
    {
        Atomic.Add(ref r[0], a[i] * (1L << 33));
        Atomic.Max(ref r[1], a[i] * (1L << 33));
        Atomic.Min(ref r[2], a[i] * (1L << 33));
        Atomic.And(ref r[3], ~(1L << (i & 47)));
        Atomic.Or(ref r[4], 1L << (i & 47));
        Atomic.Xor(ref r[5], a[i] * 3L);
    }

    private static void UInt64Kernel(Index1D i, ArrayView<int> a, ArrayView<ulong> r)
    {
        Atomic.Add(ref r[0], (ulong)a[i]);
        Atomic.Max(ref r[1], (ulong)a[i]);
        Atomic.Min(ref r[2], (ulong)a[i]);
        Atomic.And(ref r[3], ~(1UL << (i & 47)));
        Atomic.Or(ref r[4], 1UL << (i & 47));
        Atomic.Xor(ref r[5], (ulong)a[i]);
    }

    private static void Float32Kernel(Index1D i, ArrayView<int> a, ArrayView<float> r)
    {
        Atomic.Add(ref r[0], a[i]);
        Atomic.Max(ref r[1], a[i] * 0.5f);
        Atomic.Min(ref r[2], a[i] * 0.5f);
    }

    private static void Float64Kernel(Index1D i, ArrayView<int> a, ArrayView<double> r)
    {
        Atomic.Add(ref r[0], a[i]);
        Atomic.Max(ref r[1], a[i] * 0.5);
        Atomic.Min(ref r[2], a[i] * 0.5);
    }

    [Test]
    public void Int32() => CheckReduction<int>(Int32Kernel, [0, int.MinValue, int.MaxValue, -1, 0, 0]);

    [Test]
    public void UInt32() => CheckReduction<uint>(UInt32Kernel, [0, 0, uint.MaxValue, uint.MaxValue, 0, 0]);

    [Test]
    public void Int64() => CheckReduction<long>(Int64Kernel, [0, long.MinValue, long.MaxValue, -1, 0, 0]);

    [Test]
    public void UInt64() => CheckReduction<ulong>(UInt64Kernel, [0, 0, ulong.MaxValue, ulong.MaxValue, 0, 0]);

    [Test]
    public void Float32() => CheckReduction<float>(Float32Kernel, [0, -1e30f, 1e30f]);

    [Test]
    public void Float64() => CheckReduction<double>(Float64Kernel, [0, -1e30, 1e30]);

    [Test]
    public void OldValuesAreTickets()
    {
        using var counter = Accelerator.Allocate1D([0]);
        using var tickets = Accelerator.Allocate1D<int>(Threads);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>>((i, c, t) => t[i] = Atomic.Add(ref c[0], 1))(
            Threads, counter.AsContiguous(), tickets.AsContiguous());
        Assert.That(tickets.GetAsArray1D().Order(), Is.EqualTo(Enumerable.Range(0, Threads)));
    }

    [Test]
    public void ExchangesKeepEveryValueOnce()
    {
        using var cell = Accelerator.Allocate1D([-1]);
        using var seen = Accelerator.Allocate1D<int>(Threads);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>>((i, c, s) => s[i] = Atomic.Exchange(ref c[0], i))(
            Threads, cell.AsContiguous(), seen.AsContiguous());
        Assert.That(seen.GetAsArray1D().Append(cell.GetAsArray1D()[0]).Order(), Is.EqualTo(Enumerable.Range(-1, Threads + 1)));
    }

    [Test]
    public void CompareExchangeLetsOneThreadWin()
    {
        using var cells = Accelerator.Allocate1D([0L, 0L]);
        using var winners = Accelerator.Allocate1D<int>(2);
        winners.MemSetToZero();
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<long>, ArrayView<int>>(Kernel)(
            Threads, cells.AsContiguous(), winners.AsContiguous());
        Assert.That(winners.GetAsArray1D(), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(cells.GetAsArray1D()[0], Is.GreaterThan(0));

        static void Kernel(Index1D i, ArrayView<long> cells, ArrayView<int> winners)
        {
            if (Atomic.CompareExchange(ref cells[0], 0, i + 1) == 0)
            {
                Atomic.Add(ref winners[0], 1);
            }
            if (Atomic.CompareExchange(ref cells[1], 5, 6) == 5)
            {
                Atomic.Add(ref winners[1], 1);
            }
        }
    }

    [Test]
    public void UsersMakeTheirOwn()
    {
        using var cell = Accelerator.Allocate1D([0]);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Kernel)(Threads, cell.AsContiguous());
        Assert.That(cell.GetAsArray1D()[0], Is.EqualTo(1000));

        static void Kernel(Index1D i, ArrayView<int> view) =>
            Atomic.MakeAtomic(ref view[0], 3, new SaturatingAdd(), new CompareExchangeInt32());
    }

    [Test]
    public void SharedBinsMakeAHistogram()
    {
        byte[] data = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * i % 16))];
        using var input = Accelerator.Allocate1D(data);
        using var bins = Accelerator.Allocate1D<int>(16);
        bins.MemSetToZero();
        Accelerator.LoadStreamKernel<ArrayView<byte>, ArrayView<int>>(Kernel)((4, 32), input.AsContiguous(), bins.AsContiguous());
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 16).Select(v => data.Count(d => d == v))));

        static void Kernel(ArrayView<byte> source, ArrayView<int> target)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(16);
            if (Group.IdxX < 16)
            {
                shared[Group.IdxX] = 0;
            }
            Group.Barrier();
            for (int i = Grid.GlobalIndex.X; i < source.IntLength; i += Grid.DimX * Group.DimX)
            {
                Atomic.Add(ref shared[(int)source[i]], 1);
            }
            Group.Barrier();
            if (Group.IdxX < 16)
            {
                Atomic.Add(ref target[Group.IdxX], shared[Group.IdxX]);
            }
        }
    }

    [Test]
    public void InterlockedIsAtomic()
    {
        using var cells = Accelerator.Allocate1D([0, 0, 100]);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>(Kernel)(Threads, cells.AsContiguous());
        Assert.That(cells.GetAsArray1D(), Is.EqualTo(new[] { Threads, 2 * Threads, 100 - Threads }));

        static void Kernel(Index1D i, ArrayView<int> view)
        {
            Interlocked.Increment(ref view[0]);
            Interlocked.Add(ref view[1], 2);
            Interlocked.Decrement(ref view[2]);
        }
    }

    private void CheckReduction<T>(Action<Index1D, ArrayView<int>, ArrayView<T>> kernel, T[] initial)
        where T : unmanaged
    {
        if (Interop.SizeOf<T>() == 8 && Accelerator.Device is ILGPU.Runtime.OpenCL.CLDevice { Capabilities.Int64_Atomics: false })
        {
            Assert.Ignore("The device has no 64-bit atomic operations.");
        }
        var expected = (T[])initial.Clone();
        for (int i = 0; i < Threads; i++)
        {
            kernel(i, s_numbers.AsArrayView(), expected.AsArrayView());
        }
        using var input = Accelerator.Allocate1D(s_numbers);
        using var result = Accelerator.Allocate1D(initial);
        Accelerator.LoadAutoGroupedStreamKernel(kernel)(Threads, input.AsContiguous(), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(expected));
    }
}
