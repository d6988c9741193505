using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Views that start at multiples of a number of bytes, in kernels and on the host, and the names of kernels.</summary>
/// <remarks>
/// Buffers start at multiples of 128 bytes everywhere: up to there the results are known numbers, beyond only what they have in common.
/// </remarks>
public sealed class AlignmentTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Starts = 40;
    private const int Columns = 8;
    private static readonly int[] s_numbers = [.. Enumerable.Range(0, 300)];

    [Test]
    public void KernelsSplitViewsAtTheAlignment()
    {
        int[] actual = Run(Splits, Starts * Columns, Starts);
        for (int start = 0; start < Starts; start++)
        {
            int[] row = actual[(start * Columns)..((start + 1) * Columns)];
            int Skipped(int bytes) => -start & ((bytes / 4) - 1);
            Assert.That(
                row,
                Is.EqualTo(
                    new[]
                    {
                        Skipped(16), Skipped(32), Skipped(64), Skipped(128), start, start + Skipped(128), s_numbers.Length - start, 0,
                    }),
                $"from {start}");
        }

        static void Splits(Index1D i, ArrayView<int> v, ArrayView<int> r)
        {
            ArrayView<int> from = v.SubView(i.X);
            ArrayView<int> row = r.SubView(i.X * Columns, Columns);
            row[0] = from.AlignTo16().Prefix.IntLength;
            row[1] = from.AlignTo32().Prefix.IntLength;
            row[2] = from.AlignTo64().Prefix.IntLength;
            (ArrayView<int> prefix, ArrayView<int> main) = from.AlignTo(128);
            row[3] = prefix.IntLength;
            row[4] = prefix.Length > 0 ? prefix[0] : main[0];
            row[5] = main.AsAligned(128)[0];
            row[6] = prefix.IntLength + main.IntLength;
            row[7] = from.AlignTo(4).Prefix.IntLength + from.AlignTo(1).Prefix.IntLength;
        }
    }

    [Test]
    public void KernelsSplitDenseViews()
    {
        int[] actual = Run(Splits, Starts * Columns, Starts);
        for (int start = 0; start < Starts; start++)
        {
            int Skipped(int bytes) => -start & ((bytes / 4) - 1);
            int[] expected = [Skipped(16), Skipped(32), Skipped(64), Skipped(128), start + Skipped(16), start + Skipped(32),
                start + Skipped(64), start + Skipped(128)];
            Assert.That(actual[(start * Columns)..((start + 1) * Columns)], Is.EqualTo(expected), $"from {start}");
        }

        static void Splits(Index1D i, ArrayView<int> v, ArrayView<int> r)
        {
            ArrayView1D<int, Stride1D.Dense> from = v.SubView(i.X).AsDense();
            ArrayView<int> row = r.SubView(i.X * Columns, Columns);
            row[0] = from.AlignTo16().Prefix.IntLength;
            row[1] = from.AlignTo32().Prefix.IntLength;
            row[2] = from.AlignTo64().Prefix.IntLength;
            row[3] = from.AlignTo128().Prefix.IntLength;
            row[4] = from.AlignTo16().Main.AsDense().AsAligned16()[0];
            row[5] = from.AlignTo32().Main.AsDense().AsAligned32()[0];
            row[6] = from.AlignTo(64).Main.AsDense().AsAligned64()[0];
            row[7] = from.AlignTo128().Main.AsDense().AsAligned128().AsAligned(16)[0];
        }
    }

    [Test]
    public void LargeAlignmentsHoldOnceReached()
    {
        int[] actual = Run(Splits, Starts * Columns, Starts);
        for (int start = 0; start < Starts; start++)
        {
            int[] row = actual[(start * Columns)..((start + 1) * Columns)];
            Assert.That(row[..4], Is.EqualTo(new int[4]), "a split of what is aligned skips nothing");
            Assert.That((row[4] - row[6], row[5] - row[7]), Is.EqualTo((0, 0)), "both kinds of views agree");
            Assert.That((row[4] % 32, row[5] % 32), Is.EqualTo((0, 0)), "what is aligned to more is aligned to 128");
            Assert.That(row[4] - start, Is.InRange(0, 63));
            Assert.That(row[5] - start, Is.InRange(0, 127));
        }

        static void Splits(Index1D i, ArrayView<int> v, ArrayView<int> r)
        {
            ArrayView<int> from = v.SubView(i.X);
            ArrayView<int> row = r.SubView(i.X * Columns, Columns);
            ArrayView<int> wide = from.AlignTo256().Main.AsAligned256();
            ArrayView<int> widest = from.AlignTo512().Main.AsAligned512();
            row[0] = wide.AlignTo256().Prefix.IntLength;
            row[1] = widest.AlignTo512().Prefix.IntLength;
            row[2] = widest.AsAligned16().AsAligned32().AsAligned64().AsAligned128().AlignTo128().Prefix.IntLength;
            row[3] = widest.AsDense().AsAligned256().AlignTo256().Prefix.IntLength;
            row[4] = wide[0];
            row[5] = widest[0];
            row[6] = from.AsDense().AlignTo256().Main.AsDense().AsAligned256()[0];
            row[7] = from.AsDense().AlignTo512().Main.AsDense().AsAligned512()[0];
        }
    }

    [Test]
    public void ShortViewsHaveNoMainPart()
    {
        int[] actual = Run(Splits, 6, 1);
        Assert.That(actual, Is.EqualTo(new[] { 2, 0, 0, 0, 3, 5 }));

        static void Splits(Index1D i, ArrayView<int> v, ArrayView<int> r)
        {
            (ArrayView<int> prefix, ArrayView<int> main) = v.SubView(1, 2).AlignTo(64);
            r[0] = prefix.IntLength;
            r[1] = main.IntLength;
            (prefix, main) = v.SubView(1, 0).AlignTo(64);
            r[2] = prefix.IntLength;
            r[3] = main.IntLength;

            // Elements of 8 bytes: 9 * 8 is 72, the next multiple of 32 is 96.
            r[4] = v.Cast<long>().SubView(9).AlignTo32().Prefix.IntLength;
            r[5] = v.Cast<byte>().SubView(27).AlignTo32().Prefix.IntLength;
        }
    }

    [Test]
    public void MemoryOfThreadsAndGroupsIsSplitToo()
    {
        using var target = Accelerator.Allocate1D<int>(6);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 1), target.AsContiguous());
        int[] results = target.GetAsArray1D();
        Assert.That((results[0], results[3]), Is.EqualTo((15, 15)), "the parts are the whole");
        Assert.That((results[1], results[4]), Is.EqualTo((0, 0)), "the main part is aligned");
        Assert.That((results[2], results[5]), Is.EqualTo((7, 7)), "the main part is the memory that was split");

        static void Kernel(ArrayView<int> r)
        {
            Split(SharedMemory.Allocate<int>(16), r, 0);
            Split(LocalMemory.Allocate<int>(16), r, 3);
        }

        static void Split(ArrayView<int> memory, ArrayView<int> r, int at)
        {
            (ArrayView<int> prefix, ArrayView<int> main) = memory.SubView(1, 15).AlignTo16();
            r[at] = prefix.IntLength + main.IntLength;
            r[at + 1] = main.AlignTo16().Prefix.IntLength;
            main[2] = 7;
            r[at + 2] = memory[1 + prefix.IntLength + 2];
        }
    }

    [Test]
    public void TheHostSplitsAsKernelsDo()
    {
        using var buffer = Accelerator.Allocate1D(s_numbers);
        ArrayView<int> all = buffer.AsContiguous();
        for (int start = 0; start < Starts; start++)
        {
            ArrayView<int> from = all.SubView(start);
            foreach (int bytes in new[] { 1, 4, 16, 32, 64, 128 })
            {
                (ArrayView<int> prefix, ArrayView<int> main) = from.AlignTo(bytes);
                Assert.That(prefix.Length, Is.EqualTo(-start & (Math.Max(1, bytes / 4) - 1)));
                Assert.That(
                    (prefix.IndexInBytes, main.IndexInBytes), Is.EqualTo((from.IndexInBytes, from.IndexInBytes + prefix.LengthInBytes)));
                Assert.That(prefix.Length + main.Length, Is.EqualTo(from.Length));
                Assert.That(main.AsAligned(bytes).Length, Is.EqualTo(main.Length));
                Assert.That(main.AsDense().AsAligned(bytes).Extent.X, Is.EqualTo(main.Length));
                Assert.That(from.AsDense().AlignTo(bytes).Prefix.Length, Is.EqualTo(prefix.Length));
            }
        }

        Assert.That(() => all.SubView(1).AsAligned16(), Throws.ArgumentException);
        Assert.That(() => all.SubView(8).AsDense().AsAligned64(), Throws.ArgumentException);
        Assert.That(() => all.AlignTo(24), Throws.ArgumentException);
        Assert.That(() => all.AsAligned(0), Throws.ArgumentException);
    }

    [Test]
    public void ArraysOfTheHostAreSplitByTheirAddress()
    {
        ArrayView<int> all = s_numbers.AsArrayView();
        for (int start = 0; start < Starts; start++)
        {
            (ArrayView<int> prefix, ArrayView<int> main) = all.SubView(start).AlignTo512();
            Assert.That(
                (prefix.Length, main[0], main.LoadEffectiveAddressAsPtr() % 512),
                Is.EqualTo((main[0] - start, start + prefix.IntLength, (nint)0)));
            Assert.That(prefix.Length, Is.InRange(0, 127));
        }
    }

    [Test]
    public void AttributesNameKernels()
    {
        var method = ((Action<Index1D, ArrayView<int>, ArrayView<int>>)Named).Method;
        CompiledKernel compiled = Accelerator.CompileKernel(EntryPointDescription.FromImplicitlyGroupedKernel(method));
        Assert.That(compiled.Name, Is.EqualTo("Kernel_Twice_the_input"));
        Assert.That(Run(Named, 5, 5), Is.EqualTo(new[] { 0, 2, 4, 6, 8 }));
        Assert.That(() => new KernelNameAttribute(" "), Throws.ArgumentNullException);
        Assert.That(new KernelNameAttribute("a.b-ü1").KernelName, Is.EqualTo("a_b__1"));
    }

    [KernelName("Twice the input")]
    private static void Named(Index1D i, ArrayView<int> v, ArrayView<int> r) => r[i] = 2 * v[i];

    private int[] Run(Action<Index1D, ArrayView<int>, ArrayView<int>> kernel, int outputs, int extent)
    {
        using var source = Accelerator.Allocate1D(s_numbers);
        using var target = Accelerator.Allocate1D<int>(outputs);
        target.MemSetToZero();
        Accelerator.LoadAutoGroupedStreamKernel(kernel)(extent, source.AsContiguous(), target.AsContiguous());
        return target.GetAsArray1D();
    }
}
