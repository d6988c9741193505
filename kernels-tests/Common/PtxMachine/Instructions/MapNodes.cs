using System.Numerics;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>A function of register bits. Implementations are types, so that loops over lanes can inline them.</summary>
internal interface IPtxUnary
{
    static abstract ulong Of(ulong a);
}

internal interface IPtxBinary
{
    static abstract ulong Of(ulong a, ulong b);
}

internal interface IPtxTernary
{
    static abstract ulong Of(ulong a, ulong b, ulong c);
}

/// <summary>d = f(a) in every lane.</summary>
internal sealed class UnaryNode<TFunction>(int d, int a) : PtxNode
    where TFunction : struct, IPtxUnary
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var x = warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes);
        var result = warp.Values.AsSpan(d * PtxWarp.Lanes, PtxWarp.Lanes);
        for (var k = 0; lanes == uint.MaxValue && k < PtxWarp.Lanes; k++)
        {
            result[k] = TFunction.Of(x[k]);
        }
        for (var rest = lanes == uint.MaxValue ? 0 : lanes; rest != 0; rest &= rest - 1)
        {
            var k = BitOperations.TrailingZeroCount(rest);
            result[k] = TFunction.Of(x[k]);
        }

        warp.Define(d, lanes, warp.Defined[a]);
    }
}

/// <summary>d = f(a, b).</summary>
internal sealed class BinaryNode<TFunction>(int d, int a, int b) : PtxNode
    where TFunction : struct, IPtxBinary
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var x = warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes);
        var y = warp.Values.AsSpan(b * PtxWarp.Lanes, PtxWarp.Lanes);
        var result = warp.Values.AsSpan(d * PtxWarp.Lanes, PtxWarp.Lanes);
        for (var k = 0; lanes == uint.MaxValue && k < PtxWarp.Lanes; k++)
        {
            result[k] = TFunction.Of(x[k], y[k]);
        }
        for (var rest = lanes == uint.MaxValue ? 0 : lanes; rest != 0; rest &= rest - 1)
        {
            var k = BitOperations.TrailingZeroCount(rest);
            result[k] = TFunction.Of(x[k], y[k]);
        }

        warp.Define(d, lanes, warp.Defined[a] & warp.Defined[b]);
    }
}

/// <summary>d = f(a, b, c).</summary>
internal sealed class TernaryNode<TFunction>(int d, int a, int b, int c) : PtxNode
    where TFunction : struct, IPtxTernary
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var x = warp.Values.AsSpan(a * PtxWarp.Lanes, PtxWarp.Lanes);
        var y = warp.Values.AsSpan(b * PtxWarp.Lanes, PtxWarp.Lanes);
        var z = warp.Values.AsSpan(c * PtxWarp.Lanes, PtxWarp.Lanes);
        var result = warp.Values.AsSpan(d * PtxWarp.Lanes, PtxWarp.Lanes);
        for (var k = 0; lanes == uint.MaxValue && k < PtxWarp.Lanes; k++)
        {
            result[k] = TFunction.Of(x[k], y[k], z[k]);
        }
        for (var rest = lanes == uint.MaxValue ? 0 : lanes; rest != 0; rest &= rest - 1)
        {
            var k = BitOperations.TrailingZeroCount(rest);
            result[k] = TFunction.Of(x[k], y[k], z[k]);
        }

        warp.Define(d, lanes, warp.Defined[a] & warp.Defined[b] & warp.Defined[c]);
    }
}

/// <summary>Integer division. A division by zero yields an undefined value.</summary>
internal sealed class DivideNode(int d, int a, int b, Func<ulong, ulong, ulong> function) : PtxNode
{
    public override void Execute(PtxWarp warp, uint lanes)
    {
        var defined = warp.Defined[a] & warp.Defined[b];
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var k = BitOperations.TrailingZeroCount(rest);
            var divisor = warp.Values[(b * PtxWarp.Lanes) + k];
            if (divisor == 0)
            {
                defined &= ~(1u << k);
            }
            warp.Values[(d * PtxWarp.Lanes) + k] = divisor == 0 ? ulong.MaxValue : function(warp.Values[(a * PtxWarp.Lanes) + k], divisor);
        }

        warp.Define(d, lanes, defined);
    }
}

/// <summary>Less frequent arithmetic instructions: a function of up to four operands.</summary>
internal sealed class MapNode(int d, int[] operands, Func<ulong[], ulong> function) : PtxNode
{
    private readonly ulong[] _arguments = new ulong[operands.Length];

    public override void Execute(PtxWarp warp, uint lanes)
    {
        var defined = uint.MaxValue;
        foreach (var operand in operands)
        {
            defined &= warp.Defined[operand];
        }
        for (var rest = lanes; rest != 0; rest &= rest - 1)
        {
            var lane = BitOperations.TrailingZeroCount(rest);
            for (var k = 0; k < operands.Length; k++)
            {
                _arguments[k] = warp.Values[(operands[k] * PtxWarp.Lanes) + lane];
            }
            warp.Values[(d * PtxWarp.Lanes) + lane] = function(_arguments);
        }

        warp.Define(d, lanes, defined);
    }
}
