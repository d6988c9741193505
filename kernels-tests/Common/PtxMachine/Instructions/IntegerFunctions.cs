using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.TestsCommon.PtxMachine.Instructions;

/// <summary>Converts register bits to numbers of a type and back.</summary>
internal static class Bits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T As<T>(ulong bits)
        where T : unmanaged => Unsafe.As<ulong, T>(ref bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<T>(T value)
        where T : unmanaged => Unsafe.SizeOf<T>() switch
        {
            1 => Unsafe.As<T, byte>(ref value),
            2 => Unsafe.As<T, ushort>(ref value),
            4 => typeof(T) == typeof(float) ? PtxFloat.Bits(Unsafe.As<T, float>(ref value)) : Unsafe.As<T, uint>(ref value),
            _ => Unsafe.As<T, ulong>(ref value),
        };
}

internal readonly struct Copy : IPtxUnary
{
    public static ulong Of(ulong a) => a;
}

/// <summary>mul.wide and mad.wide.</summary>
internal readonly struct MultiplyWide<T, TWide> : IPtxBinary, IPtxTernary
    where T : unmanaged, IBinaryInteger<T>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static ulong Of(ulong a, ulong b) => Bits.Of(TWide.CreateTruncating(Bits.As<T>(a)) * TWide.CreateTruncating(Bits.As<T>(b)));

    public static ulong Of(ulong a, ulong b, ulong c) =>
        Bits.Of((TWide.CreateTruncating(Bits.As<T>(a)) * TWide.CreateTruncating(Bits.As<T>(b))) + Bits.As<TWide>(c));
}

internal readonly struct BitAnd : IPtxBinary
{
    public static ulong Of(ulong a, ulong b) => a & b;
}

internal readonly struct BitOr : IPtxBinary
{
    public static ulong Of(ulong a, ulong b) => a | b;
}

internal readonly struct BitXor : IPtxBinary
{
    public static ulong Of(ulong a, ulong b) => a ^ b;
}

internal readonly struct PopulationCount : IPtxUnary
{
    public static ulong Of(ulong a) => (ulong)BitOperations.PopCount(a);
}

internal readonly struct ReverseBits<T> : IPtxUnary
    where T : unmanaged
{
    public static ulong Of(ulong a)
    {
        ulong result = 0;
        for (var k = 0; k < 8 * Unsafe.SizeOf<T>(); k++)
        {
            result = (result << 1) | ((a >> k) & 1);
        }
        return result;
    }
}

/// <summary>The unordered form of a comparison: also true if an operand is NaN.</summary>
internal readonly struct Unordered<T, TTest> : IPtxTest
    where T : unmanaged, INumber<T>
    where TTest : struct, IPtxTest
{
    public static bool Of(ulong a, ulong b) => T.IsNaN(Bits.As<T>(a)) || T.IsNaN(Bits.As<T>(b)) || TTest.Of(a, b);
}

internal readonly struct Never : IPtxTest
{
    public static bool Of(ulong a, ulong b) => false;
}

internal readonly struct Opposite<TTest> : IPtxTest
    where TTest : struct, IPtxTest
{
    public static bool Of(ulong a, ulong b) => !TTest.Of(a, b);
}

/// <summary>.ftz of comparisons.</summary>
internal readonly struct FlushedTest<TTest> : IPtxTest
    where TTest : struct, IPtxTest
{
    public static bool Of(ulong a, ulong b) => TTest.Of(PtxFloat.Flush(a), PtxFloat.Flush(b));
}

/// <summary>Functions of numbers of any type.</summary>
internal static class OfNumbers<T>
    where T : unmanaged, INumber<T>
{
    internal readonly struct Add : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(Bits.As<T>(a) + Bits.As<T>(b));
    }

    internal readonly struct Subtract : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(Bits.As<T>(a) - Bits.As<T>(b));
    }

    internal readonly struct Multiply : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(Bits.As<T>(a) * Bits.As<T>(b));
    }

    /// <summary>mad.lo.</summary>
    internal readonly struct MultiplyAdd : IPtxTernary
    {
        public static ulong Of(ulong a, ulong b, ulong c) => Bits.Of((Bits.As<T>(a) * Bits.As<T>(b)) + Bits.As<T>(c));
    }

    internal readonly struct Minimum : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.As<T>(a) < Bits.As<T>(b) ? a : b;
    }

    internal readonly struct Maximum : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.As<T>(a) > Bits.As<T>(b) ? a : b;
    }

    internal readonly struct Equal : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) == Bits.As<T>(b);
    }

    internal readonly struct Less : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) < Bits.As<T>(b);
    }

    internal readonly struct LessThanOrEqual : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) <= Bits.As<T>(b);
    }

    internal readonly struct Greater : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) > Bits.As<T>(b);
    }

    internal readonly struct GreaterThanOrEqual : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) >= Bits.As<T>(b);
    }

    /// <summary>ne: for integers the opposite of eq; for floats false if an operand is NaN.</summary>
    internal readonly struct Different : IPtxTest
    {
        public static bool Of(ulong a, ulong b) => Bits.As<T>(a) < Bits.As<T>(b) || Bits.As<T>(a) > Bits.As<T>(b);
    }

    internal readonly struct Divide : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(Bits.As<T>(a) / Bits.As<T>(b));
    }
}

/// <summary>Functions of integers.</summary>
internal static class OfIntegers<T>
    where T : unmanaged, IBinaryInteger<T>
{
    /// <summary>mul.hi and mad.hi.</summary>
    internal readonly struct MultiplyHigh : IPtxBinary, IPtxTernary
    {
        public static ulong Of(ulong a, ulong b) => Bits.Of(High(a, b));

        public static ulong Of(ulong a, ulong b, ulong c) => Bits.Of(High(a, b) + Bits.As<T>(c));

        private static T High(ulong a, ulong b) =>
            T.CreateTruncating(
                (Int128.CreateTruncating(Bits.As<T>(a)) * Int128.CreateTruncating(Bits.As<T>(b))) >> (8 * Unsafe.SizeOf<T>()));
    }

    internal readonly struct Negate : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(T.Zero - Bits.As<T>(a));
    }

    /// <summary>abs of the most negative number is itself.</summary>
    internal readonly struct Absolute : IPtxUnary
    {
        public static ulong Of(ulong a) => T.IsNegative(Bits.As<T>(a)) ? Bits.Of(T.Zero - Bits.As<T>(a)) : a;
    }

    internal readonly struct BitNot : IPtxUnary
    {
        public static ulong Of(ulong a) => Bits.Of(~Bits.As<T>(a));
    }

    /// <summary>A count of the width or more shifts everything out.</summary>
    internal readonly struct ShiftLeft : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b) => (uint)b >= 8 * Unsafe.SizeOf<T>() ? 0 : Bits.Of(Bits.As<T>(a) << (int)b);
    }

    /// <summary>Signed types fill with the sign.</summary>
    internal readonly struct ShiftRight : IPtxBinary
    {
        public static ulong Of(ulong a, ulong b)
        {
            var width = 8 * Unsafe.SizeOf<T>();
            if ((uint)b < width)
            {
                return Bits.Of(Bits.As<T>(a) >> (int)b);
            }
            return Bits.Of(T.IsNegative(Bits.As<T>(a)) ? T.Zero - T.One : T.Zero);
        }
    }

    internal readonly struct LeadingZeros : IPtxUnary
    {
        public static ulong Of(ulong a) => ulong.CreateTruncating(T.LeadingZeroCount(Bits.As<T>(a)));
    }
}
