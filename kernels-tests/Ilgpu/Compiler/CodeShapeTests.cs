using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>What makes kernels fast is in their text, and does not change what they compute.</summary>
public sealed class CodeShapeTests
{
    private static readonly int[] s_ends =
        [int.MinValue, int.MinValue + 1, int.MinValue + 3, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 21, int.MaxValue - 8, int.MaxValue - 4,
            int.MaxValue - 1, int.MaxValue];

    /// <summary>Counts turns, and reads, from a start to an end that may lie anywhere.</summary>
    private static void CountTurns(Index1D i, ArrayView<int> start, ArrayView<int> end, ArrayView<int> turns, ArrayView<int> ones)
    {
        int count = 0;
        int last = end[i];
        for (int k = start[i]; k < last; k += 3)
        {
            count += ones[k & 1];
        }
        turns[i] = count;
    }

    /// <summary>The same with a step that the compiler does not know.</summary>
    private static void CountStrides(
        Index1D i, ArrayView<int> start, ArrayView<int> end, ArrayView<int> turns, ArrayView<int> ones, int step)
    {
        int count = 0;
        int last = end[i];
        for (int k = start[i]; k < last; k += step)
        {
            count += ones[k & 1];
        }
        turns[i] = count;
    }

    [Test]
    public void StructsOfFloatsAreVectors()
    {
        Assert.That(Promised(CodeShapeKernels.ScaleQuads).Text, Does.Contain("ld.global.nc.v4.f32").And.Contain("st.global.v4.f32"));
        Assert.That(Promised(CodeShapeKernels.StageQuads).Text, Does.Contain("st.shared.v4.f32").And.Contain("ld.shared.v4.f32"));
        Assert.That(
            Compiling.Compile(CodeShapeKernels.ScaleQuads, Compiling.Sm80).Text, Does.Not.Contain(".v4").And.Not.Contain(".nc"),
            "a view of floats may start anywhere");
    }

    [Test]
    public void LoopsOfUnknownLengthRunFourTurnsAtATime()
    {
        string text = Promised(CodeShapeKernels.RowProducts).Text;
        Assert.That(Regex.Count(text, "ld.global.nc.f32"), Is.EqualTo(10), "four turns of two loads, and two for the rest");
        Assert.That(text, Does.Match(@"ld\.global\.nc\.f32 %f\d+, \[%rd\d+\+12\]"), "neighbouring turns share an address");
        Assert.That(Regex.Count(Promised(CodeShapeKernels.StridedSums).Text, "ld.global.nc.f32"), Is.EqualTo(5));
    }

    /// <summary>What is read behind a fence others may have written since the launch.</summary>
    [Test]
    public void OnlyWhatIsReadBeforeFencesAloneGoesThroughTheReadOnlyCache()
    {
        string text = Promised(CodeShapeKernels.AroundAFence).Text;
        Assert.That(text, Does.Contain("membar.gl;"));
        Assert.That(Regex.Count(text, "ld.global.nc.f32"), Is.EqualTo(1), "a");
        Assert.That(Regex.Count(text, "ld.global.f32"), Is.EqualTo(4), "b twice, c, and the sums");
    }

    [Test]
    public void TheInvariantPartOfAnAddressLeavesTheLoop()
    {
        KernelImage image = Promised(CodeShapeKernels.RowProducts);
        var flow = new ControlFlow(image.Function);
        foreach (Loop loop in flow.Loops)
        {
            var inside = loop.Body.SelectMany(index => flow.Order[index].Instructions).ToList();
            Assert.That(
                inside.Where(i => i.Opcode == Opcode.Add).All(i => i.Operands[1] is Constant || i.Type.IsFloat()), Is.True,
                "no row is added to the counter");
        }
    }

    /// <summary>Two numbers of any sign may add up to an index only because C# wraps their sum around.</summary>
    [Test]
    public void SumsThatWrapIntoBoundsStayWhole()
    {
        int[] offsets = [int.MinValue, int.MinValue + 1, int.MinValue + 3, int.MinValue + 2, int.MinValue], values = [10, 20, 30, 40],
            actual = new int[2], expected = new int[2];
        for (int i = 0; i < 2; i++)
        {
            CodeShapeKernels.GatherFrom(
                i, values.AsArrayView(), offsets.AsArrayView(), expected.AsArrayView(), int.MinValue, offsets.Length);
        }
        PtxRunner.Run(CodeShapeKernels.GatherFrom, Compiling.Sm80, (1, 1), 32, [values, offsets, actual, int.MinValue, offsets.Length], 2);
        Assert.That(actual, Is.EqualTo(expected).And.All.EqualTo(110));
    }

    [Test]
    public void TheUpperHalfOfAProductIsOneInstruction()
    {
        Assert.That(
            Promised(CodeShapeKernels.UpperHalves).Text,
            Does.Contain("mul.hi.u32").And.Contain("mul.hi.s32").And.Not.Contain("mul.lo.s64"));
        int[] a = [.. from x in s_ends from _ in s_ends select x], b = [.. from _ in s_ends from y in s_ends select y];
        int[] unsigned = new int[a.Length], signed = new int[a.Length];
        int[] expectedUnsigned = new int[a.Length], expectedSigned = new int[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            CodeShapeKernels.UpperHalves(
                i, a.AsArrayView(), b.AsArrayView(), expectedUnsigned.AsArrayView(), expectedSigned.AsArrayView());
        }

        PtxRunner.Run(
            CodeShapeKernels.UpperHalves, Compiling.Sm80, ((a.Length / 32) + 1, 1), 32, [a, b, unsigned, signed], a.Length);
        Assert.That(unsigned, Is.EqualTo(expectedUnsigned));
        Assert.That(signed, Is.EqualTo(expectedSigned));
    }

    [Test]
    public void ManyCasesAreATable()
    {
        Assert.That(Promised(CodeShapeKernels.Dispatch).Text, Does.Contain("brx.idx").And.Contain(".branchtargets"));
        int[] operations = [.. Enumerable.Range(-2, 12), int.MaxValue, int.MinValue];
        float[] actual = [.. operations.Select((_, i) => i + 0.5f)];
        float[] expected = [.. actual];
        for (int i = 0; i < operations.Length; i++)
        {
            CodeShapeKernels.Dispatch(i, operations.AsArrayView(), expected.AsArrayView());
        }
        PtxRunner.Run(CodeShapeKernels.Dispatch, Compiling.Sm80, (1, 1), 32, [operations, actual], operations.Length);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void RowProductsOfAnyLengthAreThoseOfDotNet()
    {
        for (int length = 0; length < 14; length++)
        {
            float[] a = [.. Enumerable.Range(0, 5 * length).Select(x => x * 0.25f)];
            float[] b = [.. Enumerable.Range(0, Math.Max(length, 1)).Select(x => 1f - x)];
            float[] actual = new float[5], expected = new float[5];
            for (int i = 0; i < 5; i++)
            {
                CodeShapeKernels.RowProducts(i, a.AsArrayView(), b.AsArrayView(), expected.AsArrayView(), length);
            }
            PtxRunner.Run(CodeShapeKernels.RowProducts, Compiling.Sm80, (1, 1), 8, [a, b, actual, length], 5);
            Assert.That(actual, Is.EqualTo(expected), $"length {length}");
        }
    }

    [Test]
    public void TurnsAreCountedRightNearTheEndsOfTheNumbers()
    {
        // Starts from which the loop ends after a few turns; where C# would wrap around and go on for long, there is nothing to compare.
        var pairs = (from end in s_ends from back in new long[] { -3, 0, 1, 2, 3, 4, 6, 9, 12, 13, 25, 40 } where IsShort(
            end - back, end, 3) select ((int)(end - back), end)).ToArray();
        int[] starts = [.. pairs.Select(pair => pair.Item1)], ends = [.. pairs.Select(pair => pair.end)], ones = [1, 1];
        int[] actual = new int[pairs.Length], expected = new int[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            CountTurns(i, starts.AsArrayView(), ends.AsArrayView(), expected.AsArrayView(), ones.AsArrayView());
        }
        PtxRunner.Run(CountTurns, Compiling.Sm80, ((pairs.Length / 32) + 1, 1), 32, [starts, ends, actual, ones], pairs.Length);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [TestCase(1)]
    [TestCase(5)]
    [TestCase(1 << 28)]
    [TestCase((1 << 28) + 1)]
    [TestCase(1 << 30)]
    [TestCase(int.MaxValue)]
    public void StridesAreCountedRight(int step)
    {
        var pairs = (from end in s_ends from turns in new[] { 0, 1, 2, 3, 4, 5, 9 } let start = end - (
            (long)turns * step) + 1 where start >= int.MinValue && IsShort(start, end, step) select ((int)start, end)).ToArray();
        int[] starts = [.. pairs.Select(pair => pair.Item1)], ends = [.. pairs.Select(pair => pair.end)], ones = [1, 1];
        int[] actual = new int[pairs.Length], expected = new int[pairs.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            CountStrides(i, starts.AsArrayView(), ends.AsArrayView(), expected.AsArrayView(), ones.AsArrayView(), step);
        }
        PtxRunner.Run(CountStrides, Compiling.Sm80, ((pairs.Length / 32) + 1, 1), 32, [starts, ends, actual, ones, step], pairs.Length);
        Assert.That(actual, Is.EqualTo(expected));
    }

    private static bool IsShort(long start, int end, int step)
    {
        if (start is < int.MinValue or > int.MaxValue)
        {
            return false;
        }
        int k = (int)start;
        for (int turns = 0; turns < 1000; turns++)
        {
            if (k >= end)
            {
                return true;
            }
            k += step;
        }

        return false;
    }

    private static KernelImage Promised(Delegate kernel) =>
        KernelCompiler.Compile(Compiling.Request(kernel, Compiling.Sm80).WithPromises());
}
