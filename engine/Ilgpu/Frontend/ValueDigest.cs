using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace ILGPU.Frontend;

/// <summary>Text that is equal for host values exactly if they compile to the same constants.</summary>
internal static class ValueDigest
{
    private const int LongestPlain = 64;

    /// <summary>The digest, or null if the value holds objects that have none.</summary>
    public static string? Of(object? value)
    {
        var text = new StringBuilder();
        if (!Append(text, value))
        {
            return null;
        }

        var plain = text.ToString();
        return plain.Length <= LongestPlain ? plain : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(plain)));
    }

    private static bool Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                return true;
            case float number:
                text.Append(CultureInfo.InvariantCulture, $"f{BitConverter.SingleToInt32Bits(number):x8}");
                return true;
            case double number:
                text.Append(CultureInfo.InvariantCulture, $"d{BitConverter.DoubleToInt64Bits(number):x16}");
                return true;
            case string characters:
                text.Append(CultureInfo.InvariantCulture, $"\"{characters.Length}:{characters}");
                return true;
            case char character:
                text.Append(CultureInfo.InvariantCulture, $"c{(int)character}");
                return true;
            case Array array:
                return AppendArray(text, array);
            default:
                return value.GetType().IsValueType && AppendStruct(text, value, value.GetType());
        }
    }

    private static bool AppendArray(StringBuilder text, Array array)
    {
        text.Append('[');
        for (var d = 0; d < array.Rank; d++)
        {
            text.Append(array.GetLength(d)).Append(d + 1 < array.Rank ? 'x' : ':');
        }

        foreach (var element in array)
        {
            if (!Append(text, element))
            {
                return false;
            }

            text.Append(',');
        }

        text.Append(']');
        return true;
    }

    private static bool AppendStruct(StringBuilder text, object value, Type type)
    {
        if (type.IsEnum)
        {
            return Append(text, Convert.ChangeType(value, type.GetEnumUnderlyingType(), CultureInfo.InvariantCulture));
        }

        if (type.IsPrimitive)
        {
            text.Append(CultureInfo.InvariantCulture, $"{value}");
            return true;
        }

        text.Append('{');
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (!Append(text, field.GetValue(value)))
            {
                return false;
            }

            text.Append(',');
        }

        text.Append('}');
        return true;
    }
}
