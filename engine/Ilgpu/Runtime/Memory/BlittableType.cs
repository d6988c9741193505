using System.Reflection;

namespace ILGPU.Runtime;

/// <summary>Whether host and devices agree about every bit of a type: no <c>bool</c>, no <c>char</c>, in no field of any depth.</summary>
internal static class BlittableType<T>
    where T : unmanaged
{
    private static readonly string? s_offender = BlittableType.FindOffender(typeof(T));

    /// <exception cref="NotSupportedException">The type is not blittable.</exception>
    public static void Demand()
    {
        if (s_offender is not null)
        {
            throw new NotSupportedException(
                $"The element type '{typeof(T)}' is not blittable because of '{s_offender}'; use byte or ushort instead.");
        }
    }
}

internal static class BlittableType
{
    /// <summary>The first part of the type that isn't blittable, or null.</summary>
    public static string? FindOffender(Type type)
    {
        if (type == typeof(bool) || type == typeof(char) || type == typeof(decimal) || type.IsPointer || type == typeof(nint)
            || type == typeof(nuint))
        {
            return type.Name;
        }

        if (type.IsPrimitive || type.IsEnum)
        {
            return null;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (FindOffender(field.FieldType) is { } inner)
            {
                return $"{type.Name}.{field.Name} ({inner})";
            }
        }

        return null;
    }
}
