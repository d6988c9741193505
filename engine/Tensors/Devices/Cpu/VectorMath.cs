using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.Intrinsics.Vector512;
using Floats = System.Runtime.Intrinsics.Vector512<float>;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Elementary functions on 16 lanes. Range reduction and minimax polynomials are those of Cephes (S. Moshier, single precision).
/// The stated errors are the largest seen over all floats or a dense sample of them, in units in the last place.
/// Infinities, NaN and denormals come out as IEEE 754 says.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504088896341f;

    /// <summary>ln 2 in two parts; the first has so few bits that its product with an exponent is exact.</summary>
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>Up to this |x| the quadrant is found by one multiplication.</summary>
    private const float FarthestReduction = 1 << 30;

    /// <summary>eˣ, within 1.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Exp(Floats x)
    {
        // Outside these bounds the result is 0 or infinity anyway.
        var (exponent, p) = ReducedExp(MinNative(MaxNative(x, Create(-104f)), Create(89f)));
        p += Create(1f);

        // 2ⁿ in two factors: n reaches 128 and, for denormal results, −150.
        var half = exponent >> 1;
        var y = p * PowerOfTwo(half) * PowerOfTwo(exponent - half);
        return ConditionalSelect(Vector512.Equals(x, x), y, x);
    }

    /// <summary>eˣ − 1 for x ≤ 0, within 2 ulp; 0 for x &gt; 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats ExpMinus1(Floats x)
    {
        // Below this bound the result is −1 anyway.
        var (exponent, p) = ReducedExp(MinNative(MaxNative(x, Create(-80f)), Floats.Zero));
        var power = PowerOfTwo(exponent);
        var y = MultiplyAddEstimate(p, power, power - Create(1f));
        return ConditionalSelect(Vector512.Equals(x, x), y, x);
    }

    /// <summary>eʳ − 1 and n for x = r + n·ln 2 with |r| up to ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<int> Exponent, Floats Power) ReducedExp(Floats x)
    {
        var n = Round(x * Create(Log2E));
        var r = MultiplyAddEstimate(n, Create(-Ln2High), x);
        r = MultiplyAddEstimate(n, Create(-Ln2Low), r);
        var p = Create(1.9875691500e-4f);
        p = MultiplyAddEstimate(p, r, Create(1.3981999507e-3f));
        p = MultiplyAddEstimate(p, r, Create(8.3334519073e-3f));
        p = MultiplyAddEstimate(p, r, Create(4.1665795894e-2f));
        p = MultiplyAddEstimate(p, r, Create(1.6666665459e-1f));
        p = MultiplyAddEstimate(p, r, Create(5.0000001201e-1f));
        return (ConvertToInt32Native(n), MultiplyAddEstimate(p, r * r, r));
    }

    /// <summary>ln x, within 1.5 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Log(Floats x)
    {
        var tiny = LessThan(x, Create(1.17549435e-38f));
        var normal = ConditionalSelect(tiny, x * Create(8388608f), x);
        var bits = normal.AsInt32();

        // x = m · 2ᵉ with m in [√½, √2)
        var offset = bits - Create(0x3F3504F3);
        var e = ConvertToSingle(offset >> 23) - (tiny & Create(23f));
        var m = ((offset & Create(0x007FFFFF)) + Create(0x3F3504F3)).AsSingle();
        var f = m - Create(1f);
        var square = f * f;
        var p = Create(7.0376836292e-2f);
        p = MultiplyAddEstimate(p, f, Create(-1.1514610310e-1f));
        p = MultiplyAddEstimate(p, f, Create(1.1676998740e-1f));
        p = MultiplyAddEstimate(p, f, Create(-1.2420140846e-1f));
        p = MultiplyAddEstimate(p, f, Create(1.4249322787e-1f));
        p = MultiplyAddEstimate(p, f, Create(-1.6668057665e-1f));
        p = MultiplyAddEstimate(p, f, Create(2.0000714765e-1f));
        p = MultiplyAddEstimate(p, f, Create(-2.4999993993e-1f));
        p = MultiplyAddEstimate(p, f, Create(3.3333331174e-1f));
        var y = p * f * square;
        y = MultiplyAddEstimate(e, Create(Ln2Low), y);
        y = MultiplyAddEstimate(square, Create(-0.5f), y);
        y = MultiplyAddEstimate(e, Create(Ln2High), f + y);

        y = ConditionalSelect(Vector512.Equals(x, Floats.Zero), Create(float.NegativeInfinity), y);
        y = ConditionalSelect(LessThan(x, Floats.Zero), Create(float.NaN), y);
        return ConditionalSelect(LessThan(x, Create(float.PositiveInfinity)), y, x);
    }

    /// <summary>1 / (1 + e⁻ˣ), within 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Sigmoid(Floats x)
    {
        var z = Exp(-Abs(x));
        return ConditionalSelect(LessThan(x, Floats.Zero), z, Create(1f)) / (Create(1f) + z);
    }

    /// <summary>tanh x, within 2 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Tanh(Floats x)
    {
        var magnitude = Abs(x);
        var large = Create(1f) - Create(2f) / (Exp(magnitude + magnitude) + Create(1f));
        large = ConditionalSelect(Create(-0f), x, large);

        var square = x * x;
        var p = Create(-5.70498872745e-3f);
        p = MultiplyAddEstimate(p, square, Create(2.06390887954e-2f));
        p = MultiplyAddEstimate(p, square, Create(-5.37397155531e-2f));
        p = MultiplyAddEstimate(p, square, Create(1.33314422036e-1f));
        p = MultiplyAddEstimate(p, square, Create(-3.33332819422e-1f));
        var small = MultiplyAddEstimate(p * square, x, x);
        return ConditionalSelect(LessThan(magnitude, Create(0.625f)), small, large);
    }

    /// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), within 3 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Softplus(Floats x)
    {
        var z = Exp(-Abs(x));
        var u = Create(1f) + z;

        // The second term compensates the rounding of 1 + z.
        var log1p = Log(u) + (z - (u - Create(1f))) / u;
        return ConditionalSelect(GreaterThan(x, Floats.Zero), x, Floats.Zero) + log1p;
    }

    /// <summary>sin 2πu and cos 2πu for u in [0, 1], within 2 ulp of the larger of the two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Floats Sin, Floats Cos) SinCosTurns(Floats u)
    {
        var quadrant = Round(u * Create(4f));
        var angle = MultiplyAddEstimate(quadrant, Create(-0.25f), u) * Create(2 * MathF.PI);
        var square = angle * angle;
        var s = Create(-1.9515295891e-4f);
        s = MultiplyAddEstimate(s, square, Create(8.3321608736e-3f));
        s = MultiplyAddEstimate(s, square, Create(-1.6666654611e-1f));
        s = MultiplyAddEstimate(s * square, angle, angle);
        var c = Create(2.443315711809948e-5f);
        c = MultiplyAddEstimate(c, square, Create(-1.388731625493765e-3f));
        c = MultiplyAddEstimate(c, square, Create(4.166664568298827e-2f));
        c = MultiplyAddEstimate(c * square, square, MultiplyAddEstimate(square, Create(-0.5f), Create(1f)));

        // Quadrant 0: (s, c), 1: (c, −s), 2: (−s, −c), 3: (−c, s).
        var q = ConvertToInt32Native(quadrant);
        var swap = Vector512.Equals(q & Vector512<int>.One, Vector512<int>.One).AsSingle();
        var sinSign = ((q & Create(2)) << 30).AsSingle();
        var cosSign = (((q + Vector512<int>.One) & Create(2)) << 30).AsSingle();
        return (ConditionalSelect(swap, c, s) ^ sinSign, ConditionalSelect(swap, s, c) ^ cosSign);
    }

    /// <summary>sin x, x in radians, within 0.6 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Sin(Floats x) => Sine(x, 0);

    /// <summary>cos x, x in radians, within 0.6 ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats Cos(Floats x) => Sine(x, 1);

    /// <summary>
    /// sin(x + quarters · π/2), in double precision: a float's distance from a multiple of π/2 has more bits than a float.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats Sine(Floats x, long quarters)
    {
        var y = Narrow(Sine(WidenLower(x), quarters), Sine(WidenUpper(x), quarters));
        return GreaterThanAny(Abs(x), Create(FarthestReduction)) ? FarSine(x, y, quarters) : y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Sine(Vector512<double> x, long quarters)
    {
        // Adding 1.5 · 2⁵² rounds to a whole number and leaves it in the lowest bits.
        var shifter = Create(6755399441055744.0);
        var shifted = FusedMultiplyAdd(x, Create(2 / Math.PI), shifter);
        var n = shifted - shifter;
        var r = FusedMultiplyAdd(n, Create(-Math.PI / 2), x);
        r = FusedMultiplyAdd(n, Create(-6.123233995736766e-17), r);
        var square = r * r;

        // Taylor's series: on |r| ≤ π/4 the first term left out is below 10⁻¹¹.
        var s = Create(-1.0 / 39916800);
        s = FusedMultiplyAdd(s, square, Create(1.0 / 362880));
        s = FusedMultiplyAdd(s, square, Create(-1.0 / 5040));
        s = FusedMultiplyAdd(s, square, Create(1.0 / 120));
        s = FusedMultiplyAdd(s, square, Create(-1.0 / 6));
        s = r * FusedMultiplyAdd(s, square, Create(1.0));
        var c = Create(1.0 / 479001600);
        c = FusedMultiplyAdd(c, square, Create(-1.0 / 3628800));
        c = FusedMultiplyAdd(c, square, Create(1.0 / 40320));
        c = FusedMultiplyAdd(c, square, Create(-1.0 / 720));
        c = FusedMultiplyAdd(c, square, Create(1.0 / 24));
        c = FusedMultiplyAdd(c, square, Create(-0.5));
        c = FusedMultiplyAdd(c, square, Create(1.0));

        var quadrant = shifted.AsInt64() + Create(quarters);
        var swap = Vector512.Equals(quadrant & Vector512<long>.One, Vector512<long>.One).AsDouble();
        return ConditionalSelect(swap, c, s) ^ ((quadrant & Create(2L)) << 62).AsDouble();
    }

    /// <summary>Replaces the lanes that are too large for the range reduction above.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Floats FarSine(Floats x, Floats y, long quarters)
    {
        for (var lane = 0; lane < Floats.Count; lane++)
        {
            if (!(Math.Abs(x[lane]) <= FarthestReduction))
            {
                y = y.WithElement(lane, (float)(quarters == 0 ? Math.Sin(x[lane]) : Math.Cos(x[lane])));
            }
        }

        return y;
    }

    /// <summary>2ⁿ for n from −126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats PowerOfTwo(Vector512<int> n) => ((n + Create(127)) << 23).AsSingle();
}
