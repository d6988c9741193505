using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>copysign takes the sign of a and the magnitude of b.</summary>
internal readonly struct CopySign<T> : IPtxBinary
    where T : unmanaged
{
    public static ulong Of(ulong a, ulong b)
    {
        var sign = 1UL << ((8 * Unsafe.SizeOf<T>()) - 1);
        return (a & sign) | (b & (sign - 1));
    }
}

/// <summary>.ftz of single precision: flushes operands and result.</summary>
internal readonly struct FlushedUnary<TFunction> : IPtxUnary
    where TFunction : struct, IPtxUnary
{
    public static ulong Of(ulong a) => PtxFloat.Flush(TFunction.Of(PtxFloat.Flush(a)));
}

internal readonly struct FlushedBinary<TFunction> : IPtxBinary
    where TFunction : struct, IPtxBinary
{
    public static ulong Of(ulong a, ulong b) => PtxFloat.Flush(TFunction.Of(PtxFloat.Flush(a), PtxFloat.Flush(b)));
}

internal readonly struct FlushedTernary<TFunction> : IPtxTernary
    where TFunction : struct, IPtxTernary
{
    public static ulong Of(ulong a, ulong b, ulong c) =>
        PtxFloat.Flush(TFunction.Of(PtxFloat.Flush(a), PtxFloat.Flush(b), PtxFloat.Flush(c)));
}

/// <summary>.sat of single precision: clamped to [0, 1], NaN to 0.</summary>
internal readonly struct SaturatedBinary<TFunction> : IPtxBinary
    where TFunction : struct, IPtxBinary
{
    public static ulong Of(ulong a, ulong b) => PtxFloat.Saturate(TFunction.Of(a, b));
}

internal readonly struct SaturatedTernary<TFunction> : IPtxTernary
    where TFunction : struct, IPtxTernary
{
    public static ulong Of(ulong a, ulong b, ulong c) => PtxFloat.Saturate(TFunction.Of(a, b, c));
}

/// <summary>Functions of floats.</summary>
internal static class OfFloats<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal readonly struct Fused : IPtxTernary
    {
        public static ulong Of(ulong a, ulong b, ulong c) => Bits.Of(T.FusedMultiplyAdd(Bits.As<T>(a), Bits.As<T>(b), Bits.As<T>(c)));
    }

    /// <summary>min and max ignore NaN; with .NaN they propagate it. -0 is below +0.</summary>
    internal readonly struct Minimum : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(T.MinNumber(Bits.As<T>(a), Bits.As<T>(b)));
    }

    internal readonly struct Maximum : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(T.MaxNumber(Bits.As<T>(a), Bits.As<T>(b)));
    }

    internal readonly struct MinimumOrNaN : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(T.Min(Bits.As<T>(a), Bits.As<T>(b)));
    }

    internal readonly struct MaximumOrNaN : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(T.Max(Bits.As<T>(a), Bits.As<T>(b)));
    }

    internal readonly struct Negate : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(-Bits.As<T>(a));
    }

    internal readonly struct Absolute : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(T.Abs(Bits.As<T>(a)));
    }

    internal readonly struct SquareRoot : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(T.Sqrt(Bits.As<T>(a)));
    }

    internal readonly struct Reciprocal : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(T.One / Bits.As<T>(a));
    }
}
