using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;
using IlgpuGan.TestsCommon.PtxMachine.Instructions;
using IlgpuGan.TestsCommon.PtxMachine.Syntax;

namespace IlgpuGan.TestsCommon.PtxMachine.Decoding;

// Bit fields, funnel shifts, permutations of bytes (sections 9.7.1 and 9.7.7).
internal sealed partial class PtxDecoder
{
    private static PtxNode BitField(PtxForm form)
    {
        switch (form.Name)
        {
            case "brev":
                var reversed = form.Type(PtxType.B32, PtxType.B64);
                form.End(2);
                return Unary(form, typeof(ReverseBits<>), reversed);
            case "bfind":
                return FindBit(form);
            case "bfe":
                var extracted = form.Type(PtxType.U32, PtxType.U64, PtxType.S32, PtxType.S64);
                form.End(4);
                return new MapNode(
                    form.Target(0, extracted), [form.Source(1, extracted), form.Source(2, PtxType.U32), form.Source(3, PtxType.U32)],
                    x => Extract(extracted, x[0], (int)(x[1] & 255), (int)(x[2] & 255)));
            case "bfi":
                var inserted = form.Type(PtxType.B32, PtxType.B64);
                form.End(5);
                return new MapNode(
                    form.Target(0, inserted),
                    [form.Source(1, inserted), form.Source(2, inserted), form.Source(3, PtxType.U32), form.Source(4, PtxType.U32)],
                    x => Insert(8 * inserted.Size(), x[0], x[1], (int)(x[2] & 255), (int)(x[3] & 255)));
            case "shf":
                var isLeft = form.One(".l", ".r") == ".l";
                var isClamped = form.One(".clamp", ".wrap") == ".clamp";
                var shifted = form.Type(PtxType.B32);
                form.Needs(32, 31);
                form.End(4);
                return new MapNode(
                    form.Target(0, shifted), [form.Source(1, shifted), form.Source(2, shifted), form.Source(3, PtxType.U32)],
                    x => Funnel(isLeft, x[0] | (x[1] << 32), isClamped ? (int)Math.Min(x[2], 32) : (int)(x[2] & 31)));
            case "prmt":
                return Permutation(form);
            default:
                var combined = form.Type(PtxType.B32);
                form.Needs(50, 43);
                form.End(5);
                var table = form.Immediate(4);
                return new MapNode(
                    form.Target(0, combined), [form.Source(1, combined), form.Source(2, combined), form.Source(3, combined)],
                    x => Lookup(table, x[0], x[1], x[2]));
        }
    }

    // The highest non-sign bit; with .shiftamt its distance from the top. All ones if there is none.
    private static MapNode FindBit(PtxForm form)
    {
        var asShift = form.Take(".shiftamt");
        var type = form.Type(PtxType.U32, PtxType.U64, PtxType.S32, PtxType.S64);
        form.End(2);
        var width = 8 * type.Size();
        return new MapNode(form.Target(0, PtxType.U32), [form.Source(1, type)], x =>
        {
            var bits = type.IsSigned() && (x[0] >> (width - 1) & 1) != 0 ? ~x[0] : x[0];
            bits = width == 32 ? (uint)bits : bits;
            if (bits == 0)
            {
                return uint.MaxValue;
            }
            var position = 63 - BitOperations.LeadingZeroCount(bits);
            return (ulong)(asShift ? width - 1 - position : position);
        });
    }

    private static MapNode Permutation(PtxForm form)
    {
        var type = form.Type(PtxType.B32);
        var mode = form.TakeOneOf(".f4e", ".b4e", ".rc8", ".ecl", ".ecr", ".rc16");
        form.End(4);
        return new MapNode(
            form.Target(0, type), [form.Source(1, type), form.Source(2, type), form.Source(3, type)],
            x => Permute(mode, x[0] | (x[1] << 32), x[2]));
    }

    // Byte by byte; in the default mode bit 3 of a selector replicates the byte's sign.
    private static ulong Permute(string? mode, ulong pair, ulong control)
    {
        ulong result = 0;
        for (var k = 0; k < 4; k++)
        {
            var from = (int)(control & 3);
            var selector = mode switch
            {
                null => (int)(control >> (4 * k) & 15),
                ".f4e" => from + k,
                ".b4e" => (from - k) & 7,
                ".rc8" => from,
                ".ecl" => Math.Max(from, k),
                ".ecr" => Math.Min(from, k),
                _ => (2 * (from & 1)) + (k & 1),
            };
            var chosen = pair >> (8 * (selector & 7)) & 255;
            if (mode is null && selector > 7)
            {
                chosen = (chosen & 128) != 0 ? 255UL : 0;
            }
            result |= chosen << (8 * k);
        }

        return result;
    }

    private static ulong Insert(int width, ulong field, ulong into, int position, int length)
    {
        for (var k = 0; k < length && position + k < width; k++)
        {
            into = (into & ~(1UL << (position + k))) | ((field >> k & 1) << (position + k));
        }
        return into;
    }

    private static ulong Extract(PtxType type, ulong a, int position, int length)
    {
        var width = 8 * type.Size();
        var signBit = Math.Min(position + length - 1, width - 1);
        var isNegative = type.IsSigned() && length > 0 && (a >> signBit & 1) != 0;
        ulong result = 0;
        for (var k = 0; k < width; k++)
        {
            var bit = k < length && position + k < width ? a >> (position + k) & 1 : isNegative ? 1UL : 0;
            result |= bit << k;
        }

        return result;
    }

    private static ulong Funnel(bool isLeft, ulong pair, int by) =>
        isLeft ? (uint)((UInt128)pair << by >> 32) : (uint)(pair >> by);

    private static ulong Lookup(int table, ulong a, ulong b, ulong c)
    {
        ulong result = 0;
        for (var k = 0; k < 32; k++)
        {
            var row = (int)(((a >> k & 1) << 2) | ((b >> k & 1) << 1) | (c >> k & 1));
            result |= (ulong)(table >> row & 1) << k;
        }

        return result;
    }
}
