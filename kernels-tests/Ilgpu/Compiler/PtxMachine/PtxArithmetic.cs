using System.Numerics;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler.PtxMachine;

/// <summary>The instructions that only compute, as the PTX ISA manual defines them, on register bits.</summary>
internal static class PtxArithmetic
{
    public static ulong Compute(PtxInstruction i, ulong a, ulong b, ulong c)
    {
        return i.Name switch
        {
            "mov" => a,
            "and" => a & b,
            "or" => a | b,
            "xor" => a ^ b,
            "not" => i.Type == "pred" ? a ^ 1 : ~a,
            "selp" => (c & 1) != 0 ? a : b,
            "shl" => b >= (ulong)Width(i.Type) ? 0 : a << (int)b,
            "shr" => ShiftRight(i.Type, a, b),
            "popc" => (ulong)BitOperations.PopCount(Cut(i.Type, a)),
            "clz" => (ulong)(BitOperations.LeadingZeroCount(Cut(i.Type, a)) - (64 - Width(i.Type))),
            "brev" => Reverse(Cut(i.Type, a), Width(i.Type)),
            "setp" => Compare(i, a, b) ? 1UL : 0,
            "testp" => Test(i, a) ? 1UL : 0,
            "cvt" => PtxConversions.Convert(i, a),
            _ => i.Type switch
            {
                "f32" => Bits((float)Float(i, Single(a), Single(b), Single(c))),
                "f64" => Bits(Float(i, Double(a), Double(b), Double(c))),
                _ => Integer(i, a, b, c),
            },
        };
    }

    public static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    public static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    public static ulong Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    public static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static int Width(string type) => 8 * PtxProgram.Size(type);

    private static ulong Cut(string type, ulong a) => Width(type) == 32 ? (uint)a : a;

    // The value of an integer register under its type.
    public static Int128 Value(string type, ulong a) => type switch
    {
        "s32" => (int)a,
        "s64" => (long)a,
        "u32" or "b32" => (uint)a,
        _ => a,
    };

    private static ulong ShiftRight(string type, ulong a, ulong b) =>
        (ulong)(long)(Value(type, a) >> (int)Math.Min(b, 127));

    private static ulong Reverse(ulong a, int width)
    {
        ulong result = 0;
        for (var k = 0; k < width; k++)
            result |= ((a >> k) & 1) << (width - 1 - k);
        return result;
    }

    private static ulong Integer(PtxInstruction i, ulong ua, ulong ub, ulong uc)
    {
        var (a, b) = (Value(i.Type, ua), Value(i.Type, ub));
        var product = a * b;
        var result = i.Name switch
        {
            "add" => a + b,
            "sub" => a - b,
            "mul" when i.Has("hi") => product >> Width(i.Type),
            "mul" => product,
            "mad" when i.Has("wide") => product + (long)uc,
            "mad" => product + Value(i.Type, uc),
            "div" => a / b,
            "rem" => a % b,
            "neg" => -a,
            "abs" => Int128.Abs(a),
            "min" => Int128.Min(a, b),
            "max" => Int128.Max(a, b),
            _ => throw new NotSupportedException(i.Text),
        };
        return unchecked((ulong)(UInt128)result);
    }

    // Single precision goes through double, which is exact or rounds innocuously for one operation; fma has its own.
    private static double Float(PtxInstruction i, double a, double b, double c) => i.Name switch
    {
        "add" => i.Type == "f32" ? (float)a + (float)b : a + b,
        "sub" => i.Type == "f32" ? (float)a - (float)b : a - b,
        "mul" => i.Type == "f32" ? (float)a * (float)b : a * b,
        "div" => i.Type == "f32" ? (float)a / (float)b : a / b,
        "fma" => i.Type == "f32" ? MathF.FusedMultiplyAdd((float)a, (float)b, (float)c) : Math.FusedMultiplyAdd(a, b, c),
        "neg" => -a,
        "abs" => Math.Abs(a),
        "sqrt" => Math.Sqrt(a),
        "rcp" => 1 / a,
        "rsqrt" => 1 / Math.Sqrt(a),
        "ex2" => Math.Pow(2, a),
        "lg2" => Math.Log2(a),
        "copysign" => Math.CopySign(b, a),
        "min" => i.Has("NaN") && (double.IsNaN(a) || double.IsNaN(b)) ? double.NaN : double.MinNumber(a, b),
        "max" => i.Has("NaN") && (double.IsNaN(a) || double.IsNaN(b)) ? double.NaN : double.MaxNumber(a, b),
        _ => throw new NotSupportedException(i.Text),
    };

    private static bool Compare(PtxInstruction i, ulong ua, ulong ub)
    {
        var name = i.Parts[1];
        if (i.Type[0] == 'f')
        {
            var (x, y) = i.Type == "f32" ? (Single(ua), Single(ub)) : (Double(ua), Double(ub));
            var unordered = double.IsNaN(x) || double.IsNaN(y);
            return name switch
            {
                "num" => !unordered,
                "nan" => unordered,
                _ when unordered => name.EndsWith('u'),
                _ => Holds(name.TrimEnd('u'), x.CompareTo(y), x == y),
            };
        }

        var (a, b) = (Value(i.Type, ua), Value(i.Type, ub));
        return Holds(name, a.CompareTo(b), a == b);
    }

    private static bool Holds(string name, int order, bool equal) => name switch
    {
        "eq" => equal,
        "ne" => !equal,
        "lt" => !equal && order < 0,
        "le" => equal || order < 0,
        "gt" => !equal && order > 0,
        "ge" => equal || order > 0,
        _ => throw new NotSupportedException($"comparison {name}"),
    };

    private static bool Test(PtxInstruction i, ulong a)
    {
        var x = i.Type == "f32" ? Single(a) : Double(a);
        return i.Parts[1] switch
        {
            "finite" => double.IsFinite(x),
            "infinite" => double.IsInfinity(x),
            "notanumber" => double.IsNaN(x),
            _ => throw new NotSupportedException(i.Text),
        };
    }
}
