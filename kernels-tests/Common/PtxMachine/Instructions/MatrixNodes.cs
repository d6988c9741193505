using System.Buffers.Binary;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>
/// The distribution of a matrix fragment's elements over a warp (ISA section 9.7.13.4), with g = lane / 4 and t = lane % 4.
/// </summary>
/// <param name="Depth">The number of columns of a and rows of b.</param>
/// <param name="PerRegister">Elements per register: 1 or 2.</param>
/// <param name="Element">Converts an element's bits to its value.</param>
internal sealed record PtxFragments(int Depth, int PerRegister, Func<uint, float> Element)
{
    /// <summary>Registers per lane for a, which has 16 rows.</summary>
    public int LeftRegisters => 16 * Depth / PtxWarp.Lanes / PerRegister;

    /// <summary>Registers per lane for b, which has 8 columns.</summary>
    public int RightRegisters => 8 * Depth / PtxWarp.Lanes / PerRegister;

    /// <summary>Row and column in a of element i of a lane: rows alternate first, then blocks of 4 lanes of columns.</summary>
    public (int Row, int Column) Left(int lane, int i)
    {
        var (g, t) = (lane / 4, lane % 4);
        var (register, within) = (i / PerRegister, i % PerRegister);
        return (g + (8 * (register % 2)), (t * PerRegister) + within + (4 * PerRegister * (register / 2)));
    }

    /// <summary>Row and column in b of element i of a lane.</summary>
    public (int Row, int Column) Right(int lane, int i)
    {
        var (g, t) = (lane / 4, lane % 4);
        return ((t * PerRegister) + (i % PerRegister) + (4 * PerRegister * (i / PerRegister)), g);
    }

    /// <summary>Row and column in c and d, both 16 × 8 and in single precision.</summary>
    public static (int Row, int Column) Accumulator(int lane, int i) => ((lane / 4) + (8 * (i / 2)), (lane % 4 * 2) + (i % 2));
}

/// <summary>mma.sync with single-precision accumulators: d = a · b + c, of 16 × depth, depth × 8 and 16 × 8.</summary>
internal sealed class MatrixProductNode(PtxFragments fragments, int[] d, int[] a, int[] b, int[] c) : PtxCollective
{
    private readonly float[,] _left = new float[16, fragments.Depth];
    private readonly float[,] _right = new float[fragments.Depth, 8];

    public override void Execute(PtxWarp warp, uint lanes)
    {
        if (lanes != uint.MaxValue)
        {
            throw warp.Fault(
                this, System.Numerics.BitOperations.TrailingZeroCount(lanes), $"needs all 32 lanes; only 0x{lanes:x8} are there");
        }
        foreach (var operand in a.Concat(b).Concat(c))
        {
            warp.RequireDefined(this, warp.Defined[operand], lanes, "an element of a matrix");
        }
        for (var lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            for (var i = 0; i < a.Length * fragments.PerRegister; i++)
            {
                var (row, column) = fragments.Left(lane, i);
                _left[row, column] = Element(warp, a, lane, i);
            }

            for (var i = 0; i < b.Length * fragments.PerRegister; i++)
            {
                var (row, column) = fragments.Right(lane, i);
                _right[row, column] = Element(warp, b, lane, i);
            }
        }

        for (var lane = 0; lane < PtxWarp.Lanes; lane++)
        {
            for (var i = 0; i < 4; i++)
            {
                warp.Values[(d[i] * PtxWarp.Lanes) + lane] = Sum(warp, lane, i);
            }
        }

        foreach (var target in d)
        {
            warp.Define(target, lanes, lanes);
        }
    }

    // Products are exact. For sums the manual only guarantees at least single precision.
    private ulong Sum(PtxWarp warp, int lane, int i)
    {
        var (row, column) = PtxFragments.Accumulator(lane, i);
        double sum = BitConverter.UInt32BitsToSingle((uint)warp.Values[(c[i] * PtxWarp.Lanes) + lane]);
        for (var k = 0; k < fragments.Depth; k++)
        {
            sum += (double)_left[row, k] * _right[k, column];
        }
        return PtxFloat.Bits((float)sum);
    }

    private float Element(PtxWarp warp, int[] registers, int lane, int i)
    {
        var bits = (uint)warp.Values[(registers[i / fragments.PerRegister] * PtxWarp.Lanes) + lane];
        return fragments.Element(fragments.PerRegister == 1 ? bits : (bits >> (16 * (i % 2))) & 0xFFFF);
    }
}

/// <summary>ldmatrix.sync.aligned.m8n8: lane 8·k + r gives the address of row r of matrix k; each row is eight 16-bit elements.</summary>
internal sealed class LoadMatrixNode(PtxSpace space, int address, long offset, int[] targets, bool isTransposed) : PtxLoadCollective(
    space, address, offset)
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        if (lanes != uint.MaxValue)
        {
            throw warp.Fault(
                this, System.Numerics.BitOperations.TrailingZeroCount(lanes), $"needs all 32 lanes; only 0x{lanes:x8} are there");
        }
        Count(warp, targets.Length);
        Span<ushort> rows = stackalloc ushort[64];
        for (var matrix = 0; matrix < targets.Length; matrix++)
        {
            for (var row = 0; row < 8; row++)
            {
                var bytes = Row(warp, (8 * matrix) + row);
                for (var k = 0; k < 8; k++)
                {
                    rows[(8 * row) + k] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * k)..]);
                }
            }

            for (var lane = 0; lane < PtxWarp.Lanes; lane++)
            {
                var (g, t) = (lane / 4, lane % 4 * 2);
                var (low, high) = isTransposed ? (rows[(8 * t) + g], rows[(8 * (t + 1)) + g]) : (rows[(8 * g) + t], rows[(8 * g) + t + 1]);
                warp.Values[(targets[matrix] * PtxWarp.Lanes) + lane] = low | (uint)high << 16;
            }

            warp.Define(targets[matrix], lanes, lanes);
        }
    }
}

/// <summary>A collective that reads rows of 16 bytes from shared memory.</summary>
internal abstract class PtxLoadCollective(PtxSpace space, int address, long offset) : PtxCollective
{
    private const int RowBytes = 16;

    /// <summary>Counts the traffic of loading <paramref name="matrices"/> matrices.</summary>
    protected void Count(PtxWarp warp, int matrices) => warp.Group.Launch.Counts?.Add(
        Line, PtxSpace.Shared, warp.Values.AsSpan(address * PtxWarp.Lanes, PtxWarp.Lanes), offset, RowBytes,
        uint.MaxValue >> (PtxWarp.Lanes - (8 * matrices)));

    protected ReadOnlySpan<byte> Row(PtxWarp warp, int lane)
    {
        warp.RequireDefined(this, warp.Defined[address], 1u << lane, "the address of a row");
        var target =
            warp.Values[(address * PtxWarp.Lanes) + lane] + (ulong)offset - (space == PtxSpace.Generic ? MemoryNode.SharedWindow : 0);
        if (target % RowBytes != 0)
        {
            throw warp.Fault(this, lane, $"the address of a row, 0x{target:x}, is no multiple of {RowBytes}");
        }
        if (!warp.Group.Shared.Contains(target, RowBytes))
        {
            throw warp.Fault(this, lane, $"the row at 0x{target:x} is outside of shared memory");
        }
        if (!warp.Group.Shared.Read((int)target, RowBytes, warp.Now(lane), isStrong: false, out var problem))
        {
            problem ??= "reads undefined shared memory";
        }
        return problem is null ? warp.Group.Shared.Bytes.AsSpan((int)target, RowBytes) : throw warp.Fault(this, lane, problem);
    }
}
