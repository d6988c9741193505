using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ILGPU.Algorithms.Vectors;

/// <content>
/// What .NET asks of numbers, on the host: a vector has a property if all elements have it, and is infinite, subnormal or no number if any
/// is. Texts are written, not read.
/// </content>
public partial interface IVectorType<TSelf, TElementType>
{
    static int INumberBase<TSelf>.Radix => 2;

    static TSelf IAdditiveIdentity<TSelf, TSelf>.AdditiveIdentity => default;

    static TSelf IMultiplicativeIdentity<TSelf, TSelf>.MultiplicativeIdentity => TSelf.FromScalar(TElementType.One);

    static bool INumberBase<TSelf>.IsCanonical(TSelf value) => true;

    static bool INumberBase<TSelf>.IsComplexNumber(TSelf value) => false;

    static bool INumberBase<TSelf>.IsImaginaryNumber(TSelf value) => false;

    static bool INumberBase<TSelf>.IsEvenInteger(TSelf value) => All(value, TElementType.IsEvenInteger);

    static bool INumberBase<TSelf>.IsFinite(TSelf value) => All(value, TElementType.IsFinite);

    static bool INumberBase<TSelf>.IsInfinity(TSelf value) => Any(value, TElementType.IsInfinity);

    static bool INumberBase<TSelf>.IsInteger(TSelf value) => All(value, TElementType.IsInteger);

    static bool INumberBase<TSelf>.IsNaN(TSelf value) => Any(value, TElementType.IsNaN);

    static bool INumberBase<TSelf>.IsNegative(TSelf value) => All(value, TElementType.IsNegative);

    static bool INumberBase<TSelf>.IsNegativeInfinity(TSelf value) => Any(value, TElementType.IsNegativeInfinity);

    static bool INumberBase<TSelf>.IsNormal(TSelf value) => All(value, TElementType.IsNormal);

    static bool INumberBase<TSelf>.IsOddInteger(TSelf value) => All(value, TElementType.IsOddInteger);

    static bool INumberBase<TSelf>.IsPositive(TSelf value) => All(value, TElementType.IsPositive);

    static bool INumberBase<TSelf>.IsPositiveInfinity(TSelf value) => Any(value, TElementType.IsPositiveInfinity);

    static bool INumberBase<TSelf>.IsRealNumber(TSelf value) => All(value, TElementType.IsRealNumber);

    static bool INumberBase<TSelf>.IsSubnormal(TSelf value) => Any(value, TElementType.IsSubnormal);

    static bool INumberBase<TSelf>.IsZero(TSelf value) => All(value, TElementType.IsZero);

    static TSelf INumberBase<TSelf>.MaxMagnitude(TSelf x, TSelf y) => ForEachPair(x, y, TElementType.MaxMagnitude);

    static TSelf INumberBase<TSelf>.MaxMagnitudeNumber(TSelf x, TSelf y) => ForEachPair(x, y, TElementType.MaxMagnitudeNumber);

    static TSelf INumberBase<TSelf>.MinMagnitude(TSelf x, TSelf y) => ForEachPair(x, y, TElementType.MinMagnitude);

    static TSelf INumberBase<TSelf>.MinMagnitudeNumber(TSelf x, TSelf y) => ForEachPair(x, y, TElementType.MinMagnitudeNumber);

    static TSelf INumberBase<TSelf>.Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => throw NotRead();

    static TSelf INumberBase<TSelf>.Parse(string s, NumberStyles style, IFormatProvider? provider) => throw NotRead();

    static TSelf ISpanParsable<TSelf>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => throw NotRead();

    static TSelf IParsable<TSelf>.Parse(string s, IFormatProvider? provider) => throw NotRead();

    static bool INumberBase<TSelf>.TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out TSelf result) =>
        Refuse(out result);

    static bool INumberBase<TSelf>.TryParse(string? s, NumberStyles style, IFormatProvider? provider, out TSelf result) =>
        Refuse(out result);

    static bool ISpanParsable<TSelf>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TSelf result) => Refuse(out result);

    static bool IParsable<TSelf>.TryParse(string? s, IFormatProvider? provider, out TSelf result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertFromChecked<TOther>(TOther value, out TSelf result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertFromSaturating<TOther>(TOther value, out TSelf result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertFromTruncating<TOther>(TOther value, out TSelf result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertToChecked<TOther>(TSelf value, out TOther result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertToSaturating<TOther>(TSelf value, out TOther result) => Refuse(out result);

    static bool INumberBase<TSelf>.TryConvertToTruncating<TOther>(TSelf value, out TOther result) => Refuse(out result);

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        bool fits = text.TryCopyTo(destination);
        charsWritten = fits ? text.Length : 0;
        return fits;
    }

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider)
    {
        var texts = new List<string>();
        foreach (TElementType element in AsSpan())
        {
            texts.Add(element.ToString(format, formatProvider));
        }

        return string.Join(", ", texts);
    }

    private static TSelf ForEachPair(TSelf x, TSelf y, Func<TElementType, TElementType, TElementType> choice)
    {
        TSelf result = default;
        ref TElementType elements = ref Unsafe.As<TSelf, TElementType>(ref result);
        for (int i = 0; i < TSelf.Length; i++)
        {
            Unsafe.Add(ref elements, i) = choice(x.AsSpan()[i], y.AsSpan()[i]);
        }

        return result;
    }

    private static bool All(TSelf value, Func<TElementType, bool> property)
    {
        foreach (TElementType element in value.AsSpan())
        {
            if (!property(element))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Any(TSelf value, Func<TElementType, bool> property) => !All(value, element => !property(element));

    private static bool Refuse<TResult>(out TResult result)
    {
        result = default!;
        return false;
    }

    private static NotSupportedException NotRead() => new($"A {typeof(TSelf).Name} is not read from text.");
}
