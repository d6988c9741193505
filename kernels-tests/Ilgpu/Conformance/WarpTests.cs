using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Exchanges among the lanes of a warp, on devices that have warps.</summary>
public sealed class WarpTests(string deviceName) : ConformanceFixture(deviceName)
{
    [SetUp]
    public void SkipWithoutWarps()
    {
        if (Accelerator.WarpSize < 32)
        {
            Assert.Ignore($"{Accelerator} has no warps.");
        }
    }

    [Test]
    public void LanesKnowWhereTheyAre()
    {
        int[] result = Run(i => 0, Kernel, 64);
        Assert.That(
            result,
            Is.EqualTo(Enumerable.Range(0, 64)
                .Select(i => i % 32 + i / 32 * 100 + 32000 + (i % 32 == 0 ? 100_000 : 0) + (i % 32 == 31 ? 200_000 : 0))));

        static void Kernel(ArrayView<int> view) =>
            view[Group.IdxX] = Warp.LaneIdx + Warp.WarpIdx * 100 + Warp.WarpSize * 1000 + (Warp.IsFirstLane ? 100_000 : 0) + (
                Warp.IsLastLane ? 200_000 : 0);
    }

    [Test]
    public void ShuffleReadsAnyLane() =>
        Assert.That(Run(i => i * 10, view => view[Group.IdxX] = Warp.Shuffle(view[Group.IdxX], (Warp.LaneIdx * 5 + 3) & 31), 64),
            Is.EqualTo(Enumerable.Range(0, 64).Select(i => (i / 32 * 32 + ((i % 32 * 5 + 3) & 31)) * 10)));

    [Test]
    public void ShuffleDownKeepsItsOwnValueAtTheEnd() =>
        Assert.That(Run(i => i, view => view[Group.IdxX] = Warp.ShuffleDown(view[Group.IdxX], 3), 64),
            Is.EqualTo(Enumerable.Range(0, 64).Select(i => i % 32 + 3 < 32 ? i + 3 : i)));

    [Test]
    public void ShuffleUpKeepsItsOwnValueAtTheStart() =>
        Assert.That(Run(i => i, view => view[Group.IdxX] = Warp.ShuffleUp(view[Group.IdxX], 3), 64),
            Is.EqualTo(Enumerable.Range(0, 64).Select(i => i % 32 >= 3 ? i - 3 : i)));

    [Test]
    public void ShuffleXorExchangesPairs() =>
        Assert.That(Run(i => i, view => view[Group.IdxX] = Warp.ShuffleXor(view[Group.IdxX], 5), 64),
            Is.EqualTo(Enumerable.Range(0, 64).Select(i => i ^ 5)));

    [Test]
    public void SegmentsStayAmongThemselves() =>
        Assert.That(Run(
            i => i, view => view[Group.IdxX] = Warp.ShuffleDown(view[Group.IdxX], 2, 8) * 100 + Warp.Shuffle(view[Group.IdxX], 1, 8), 32),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i % 8 + 2 < 8 ? i + 2 : i) * 100 + i / 8 * 8 + 1)));

    [Test]
    public void LargerValuesAreExchangedWhole()
    {
        using var buffer = Accelerator.Allocate1D(Enumerable.Range(0, 32).Select(i => i * 1e10).ToArray());
        Accelerator.LoadStreamKernel<ArrayView<double>>(
            view => view[Group.IdxX] = Warp.ShuffleXor(view[Group.IdxX], 1) + Warp.Broadcast((long)view[Group.IdxX], 2))(
            (1, 32), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i ^ 1) * 1e10 + 2e10)));
    }

    [Test]
    public void WarpsReduceIntoSharedSlots()
    {
        int[] data = [.. Enumerable.Range(0, 1000).Select(i => i % 17)];
        using var input = Accelerator.Allocate1D(data);
        using var output = Accelerator.Allocate1D([0]);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(Kernel)((3, 128), input.AsContiguous(), output.AsContiguous());
        Assert.That(output.GetAsArray1D()[0], Is.EqualTo(data.Sum()));

        static void Kernel(ArrayView<int> source, ArrayView<int> target)
        {
            ArrayView<int> slots = SharedMemory.Allocate<int>(32);
            int sum = 0;
            for (int i = Grid.GlobalIndex.X; i < source.IntLength; i += Grid.DimX * Group.DimX)
            {
                sum += source[i];
            }
            for (int delta = Warp.WarpSize / 2; delta > 0; delta /= 2)
            {
                sum += Warp.ShuffleDown(sum, delta);
            }
            if (Warp.IsFirstLane)
            {
                slots[Warp.WarpIdx] = sum;
            }
            Group.Barrier();
            if (!Group.IsFirstThread)
            {
                return;
            }
            int total = 0;
            for (int w = 0; w < Group.DimX / Warp.WarpSize; w++)
            {
                total += slots[w];
            }
            Atomic.Add(ref target[0], total);
        }
    }

    private int[] Run(Func<int, int> initial, Action<ArrayView<int>> kernel, int threads)
    {
        using var buffer = Accelerator.Allocate1D(Enumerable.Range(0, threads).Select(initial).ToArray());
        Accelerator.LoadStreamKernel(kernel)((1, threads), buffer.AsContiguous());
        return buffer.GetAsArray1D();
    }
}
