using ILGPU;
using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.Runtime;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine;
using NUnit.Framework;
using Regex = System.Text.RegularExpressions.Regex;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.Ranges;

/// <summary>What ranges make of index arithmetic, seen in the code; and what they must leave alone.</summary>
public sealed class RangeCodeTests
{
    private static void PowersOfTwo(ArrayView<int> a)
    {
        int i = Group.IdxX;
        a[i] = (i / 8) + (i % 8);
    }

    private static void SignedPowersOfTwo(Index1D i, ArrayView<int> a) => a[i] = (a[i] / 8) + (a[i] % 8);

    private static void RowAndColumn(Index1D i, ArrayView<int> a, int width)
    {
        int row = i / width, column = i % width;
        a[i] = (row << 16) + column;
    }

    private static void ColumnFirst(Index1D i, ArrayView<int> a, int width)
    {
        int x = a[i], column = x % width;
        if (column > 2)
        {
            a[i] = x / width;
        }
        else
        {
            a[i] = column;
        }
    }

    private static void WideIndex(Index2D i, ArrayView<float> a, ArrayView<float> b)
    {
        if (i.X < 1000 && i.Y < 1000)
        {
            long at = ((long)i.X * 1000) + i.Y;
            a[at] = b[at * 2];
        }
    }

    private static void TooWideIndex(Index2D i, ArrayView<float> a, ArrayView<float> b)
    {
        long at = ((long)i.X * 1000) + i.Y;
        a[at] = b[at * 2];
    }

    private static void WideBound(ArrayView<float> a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.Length)
        {
            a[i] += 1;
        }
    }

    private static void AskedTwice(Index1D i, ArrayView<int> a, int n)
    {
        if (i < n)
        {
            int value = i <= n ? 1 : 77;
            a[i] = n > i ? value : 78;
        }
        else if (n == i)
        {
            a[i] = i < n ? 79 : 2;
        }
    }

    private static void Clamp(Index1D i, ArrayView<int> a)
    {
        int lane = Group.IdxX & 15;
        a[i] = Math.Min(Math.Max(lane, 0), 20) + (byte)lane + (lane & 255) + Math.Abs(lane);
    }

    private static void Guarded(ArrayView<int> a)
    {
        int i = Grid.GlobalIndex.X;
        if (i < a.IntLength)
        {
            a[i] = i / 4;
        }
    }

    private static void TrapBeyond(Index1D i, ArrayView<int> a, ArrayView<int> b)
    {
        if (i < b.IntLength)
        {
            a[i] = b[i];
        }
    }

    [Test]
    public void DividingWhatIsNeverNegativeByAPowerOfTwoShifts()
    {
        string text = Ptx(PowersOfTwo);
        Assert.That(text, Does.Not.Match(@"\b(div|rem)\.").And.Contain("shr.u32").And.Contain("and.b32"));
        Assert.That(Ptx(SignedPowersOfTwo), Does.Contain("div.s32").And.Contain("rem.s32"), "-1 / 8 is 0, -1 >> 3 is -1");
    }

    [Test]
    public void QuotientAndRemainderDivideOnce()
    {
        string text = Ptx(RowAndColumn);
        Assert.That(Regex.Count(text, @"\b(div|rem)\."), Is.EqualTo(1));
        Assert.That(Regex.Count(Ptx(ColumnFirst), @"\b(div|rem)\."), Is.EqualTo(1));
        int[] actual = new int[70], expected = new int[70];
        for (int i = 0; i < actual.Length; i++)
        {
            RowAndColumn(i, expected.AsArrayView(), 7);
        }
        PtxRunner.Run(RowAndColumn, Compiling.Sm80, (3, 1), 32, [actual, 7], actual.Length);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void IndicesThatFitAreComputedIn32Bits()
    {
        KernelImage narrow = Image(WideIndex);
        Assert.That(narrow.Function.Instructions.Where(i => i.Type == IrType.Int64), Is.Empty);
        Assert.That(narrow.Text, Does.Contain("mad.wide.s32").And.Not.Contain(".s64 "));
        Assert.That(
            Image(TooWideIndex).Function.Instructions.Any(i => i is { Type: IrType.Int64, Opcode: Opcode.Mul or Opcode.Add }), Is.True);
    }

    [Test]
    public void LengthsArePromisedToFit()
    {
        KernelImage image = Image(WideBound);
        Assert.That(image.PromisedLengths, Has.Length.EqualTo(1));
        Assert.That(image.Function.Instructions.Where(i => i.Opcode == Opcode.Compare && i.Operands[0].Type == IrType.Int64), Is.Empty);
        KernelImage careful = KernelCompiler.Compile(Compiling.Request(WideBound, Compiling.Sm80));
        Assert.That(careful.PromisedLengths, Is.Empty);
        Assert.That(careful.Function.Instructions.Any(i => i.Opcode == Opcode.Compare && i.Operands[0].Type == IrType.Int64), Is.True);
    }

    [Test]
    public void WhatABranchHasSaidIsNotAskedAgain()
    {
        KernelImage image = Image(AskedTwice);
        Assert.That(image.Text, Does.Not.Contain("77").And.Not.Contain("78").And.Not.Contain("79"));
        int[] actual = new int[8], expected = new int[8];
        for (int i = 0; i < 8; i++)
        {
            AskedTwice(i, expected.AsArrayView(), 5);
        }
        PtxRunner.Run(image, (1, 1), 32, [actual, 5], 8);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void ClampsAndMasksThatChangeNothingGo()
    {
        KernelImage image = Image(Clamp);
        Assert.That(image.Function.Instructions.Where(i => i.Opcode is Opcode.Math or Opcode.Compare && i.Location is not null), Is.Empty);
        Assert.That(image.Function.Instructions.Count(i => i.Opcode == Opcode.And && i.Type == IrType.Int32), Is.EqualTo(1));
    }

    /// <summary>The guard says only where the position ends; that it begins at zero is a promise of the launch.</summary>
    [Test]
    public void PositionsArePromisedToFit()
    {
        KernelImage image = Image(Guarded);
        Assert.That(image.AssumesInt32Positions, Is.True);
        Assert.That(image.Text, Does.Contain("shr.u32").And.Not.Contain("div"));
        KernelImage careful = KernelCompiler.Compile(Compiling.Request(Guarded, Compiling.Sm80));
        Assert.That(careful.AssumesInt32Positions, Is.False);
        Assert.That(careful.Text, Does.Contain("div.s32"));
    }

    [Test]
    public unsafe void LaunchesThatBreakThePromiseAreSeen()
    {
        LaunchPromises promises = LaunchPromises.Of(Image(Guarded))!;
        ViewRange view = default;
        Index3D grid = new(1 << 21, 1, 1), group = new(1023, 1, 1);
        Assert.That(promises.Hold(&view, 10, grid, group), Is.True);
        Assert.That(promises.Hold(&view, int.MaxValue, grid, group), Is.True);
        Assert.That(promises.Hold(&view, 1L << 31, grid, group), Is.False, "a length beyond Int32");
        Assert.That(promises.Hold(&view, 5 | -1L, grid, group), Is.False, "a negative length");
        Assert.That(promises.Hold(&view, 10, grid, new(1024, 1, 1)), Is.False, "2^31 threads");
        Assert.That(promises.Hold(&view, 10, new(1, 1, 1 << 26), new(1, 1, 32)), Is.False, "2^31 threads along Z");
        Assert.That(LaunchPromises.Of(Image(TrapBeyond))!.Lengths, Has.Count.EqualTo(1), "the length that nobody asks for");
    }

    /// <summary>The last group of an extent near the largest number reaches beyond the numbers, and has nothing to do there.</summary>
    [Test]
    public void IndicesBeyondTheNumbersAreBeyondTheExtent()
    {
        KernelImage image = Image(SignedPowersOfTwo);
        Instruction guard = image.Function.Instructions.First(i => i.Opcode == Opcode.Compare);
        Assert.That((Condition)guard.Kind, Is.EqualTo(Condition.LtUn));
    }

    private static string Ptx(Delegate kernel) => Image(kernel).Text;

    private static KernelImage Image(Delegate kernel) => KernelCompiler.Compile(Compiling.Request(kernel, Compiling.Sm80).WithPromises());
}
