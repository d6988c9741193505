using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Runtime;

/// <summary>What the simulator counts of warps: turns of the banks of shared memory, and branches at which threads part.</summary>
public sealed class SimulationCountTests
{
    private const int Warp = 32;

    private const int Rows = 33;

    /// <summary>Words that a warp wants of one bank are had one after the other; one word for all is had at once.</summary>
    [TestCase(0, 0, Description = "one word for all")]
    [TestCase(1, 0, Description = "neighbours")]
    [TestCase(2, 1, Description = "every other word")]
    [TestCase(4, 3, Description = "every fourth word")]
    [TestCase(32, 31, Description = "a column of a tile")]
    [TestCase(33, 0, Description = "a column of a padded tile")]
    public void ReadsOfOneBankTakeTurns(int stride, int conflicts)
    {
        SimulationCounts counts = CountsOf(Kernel, 1, Warp, stride);
        Assert.That(counts.BankConflicts, Is.EqualTo(conflicts));
        Assert.That(counts.SharedTurns, Is.EqualTo(Rows + 1 + conflicts), "rows are filled without conflicts");
        LineCounts line = counts.Lines.Single(l => l.GlobalAccesses > 0);
        Assert.That((line.GlobalAccesses, line.BankConflicts), Is.EqualTo(((long)Warp, (long)conflicts)), "the line that reads");

        static void Kernel(ArrayView<int> view, int stride)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(Rows * Warp);
            for (int row = 0; row < Rows; row++)
            {
                shared[(row * Warp) + Group.IdxX] = row;
            }
            Group.Barrier();
            view[Group.IdxX] = shared[Group.IdxX * stride];
        }
    }

    [Test]
    public void WideElementsNeedTwoTurnsAndHaveNoConflict()
    {
        SimulationCounts counts = CountsOf(Kernel, 1, Warp, 1);
        Assert.That((counts.SharedTurns, counts.BankConflicts), Is.EqualTo((4L, 0L)), "64 words, written and read");

        static void Kernel(ArrayView<int> view, int step)
        {
            ArrayView<long> shared = SharedMemory.Allocate<long>(Warp);
            shared[Group.IdxX] = step;
            Group.Barrier();
            view[Group.IdxX] = (int)shared[Group.IdxX * step];
        }
    }

    [Test]
    public void ABarrierMatchesAccessesAnew()
    {
        // Rounds read the two halves by turns. One thread reads once more in each; did it fall behind, its word and another's of the other
        // half would lie in one bank.
        SimulationCounts counts = CountsOf(Kernel, 1, Warp, 0);
        Assert.That((counts.BankConflicts, counts.SharedTurns), Is.EqualTo((0L, 2L + (4 * 2))));

        static void Kernel(ArrayView<int> view, int zero)
        {
            ArrayView<int> shared = SharedMemory.Allocate<int>(2 * Warp);
            shared[Group.IdxX] = zero;
            shared[Group.IdxX + Warp] = zero;
            Group.Barrier();
            int sum = 0;
            for (int round = 0; round < 4; round++)
            {
                for (int i = 0; i < (Group.IdxX == 3 ? 2 : 1); i++)
                {
                    sum += shared[((Group.IdxX + i + round) % Warp) + (round % 2 * Warp)];
                }
                Group.Barrier();
            }

            view[Group.IdxX] = sum;
        }
    }

    /// <summary>A warp parts where the limit lies within it, and not where the limit lies between two.</summary>
    [TestCase(0, 0)]
    [TestCase(5, 1)]
    [TestCase(32, 0)]
    [TestCase(40, 1)]
    [TestCase(64, 0)]
    public void BranchesDivergeWhereThreadsOfAWarpPart(int limit, int divergent)
    {
        SimulationCounts counts = CountsOf(Kernel, 1, 2 * Warp, limit);
        Assert.That((counts.Branches, counts.DivergentBranches), Is.EqualTo((2L, (long)divergent)), "one branch of two warps");
        LineCounts line = counts.Lines.Single(l => l.Branches > 0);
        Assert.That((line.Branches, line.DivergentBranches), Is.EqualTo((2L, (long)divergent)));
        Assert.That(Path.GetFileName(line.Place.File), Is.EqualTo("SimulationCountTests.cs"));

        static void Kernel(ArrayView<int> view, int limit)
        {
            if (Group.IdxX < limit)
            {
                view[Group.IdxX] = 1;
            }
            else
            {
                view[Group.IdxX] = 2;
            }
        }
    }

    [Test]
    public void EachTurnOfALoopCounts()
    {
        // Thread i goes round i + 1 times. All pass the first of 33 tests, one leaves at each of the next 31, and one is alone at the last.
        SimulationCounts counts = CountsOf(Kernel, 1, Warp, 1);
        Assert.That(counts.DivergentBranches, Is.EqualTo(Warp - 1));
        Assert.That(counts.Branches, Is.InRange((long)Warp, Warp + 1L));

        static void Kernel(ArrayView<int> view, int step)
        {
            int sum = 0;
            for (int i = 0; i <= Group.IdxX; i += step)
            {
                sum += i;
            }
            view[Group.IdxX] = sum;
        }
    }

    [Test]
    public void ASwitchHasMoreThanTwoWays()
    {
        SimulationCounts counts = CountsOf(Kernel, 1, Warp, 5);
        Assert.That((counts.Branches, counts.DivergentBranches), Is.EqualTo((1L, 1L)), "five ways at once");
        counts = CountsOf(Kernel, 1, Warp, 1);
        Assert.That((counts.Branches, counts.DivergentBranches), Is.EqualTo((1L, 0L)), "all threads go the same way");

        static void Kernel(ArrayView<int> view, int ways)
        {
            switch (Group.IdxX % ways)
            {
                case 0:
                    view[Group.IdxX] = 7;
                    break;
                case 1:
                    view[Group.IdxX] = 11;
                    break;
                case 2:
                    view[Group.IdxX] = 13;
                    break;
                case 3:
                    view[Group.IdxX] = 17;
                    break;
                default:
                    view[Group.IdxX] = 19;
                    break;
            }
        }
    }

    [Test]
    public void OneKernelCanBeCountedAlone()
    {
        Action<ArrayView<int>, int> wanted = Wanted, other = Other;
        SimulationCounts counts = CountsOf(wanted, 1, Warp, 1, only: wanted.Method);
        Assert.That(counts.Instructions, Is.Positive);
        counts = CountsOf(other, 1, Warp, 1, only: wanted.Method);
        Assert.That((counts.Only, counts.Instructions), Is.EqualTo((wanted.Method, 0L)));

        static void Wanted(ArrayView<int> view, int number) => view[Group.IdxX] = number;

        static void Other(ArrayView<int> view, int number) => view[Group.IdxX] = -number;
    }

    private static SimulationCounts CountsOf(
        Action<ArrayView<int>, int> kernel, int groups, int threads, int number, MethodInfo? only = null)
    {
        using Context context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        using CPUAccelerator accelerator = context.CreateCPUAccelerator(0);
        var counts = new SimulationCounts { Only = only };
        accelerator.Counts = counts;
        using var buffer = accelerator.Allocate1D<int>(groups * threads);
        buffer.MemSetToZero();
        accelerator.LoadStreamKernel(kernel)((groups, threads), buffer.AsContiguous(), number);
        accelerator.Synchronize();
        return counts;
    }
}
