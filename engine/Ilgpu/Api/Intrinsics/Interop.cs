using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU;

/// <summary>Sizes, offsets, bit patterns and formatted output, on the host and in kernels alike.</summary>
public static partial class Interop
{
    /// <summary>The size in bytes that an element of type <typeparamref name="T"/> takes in a buffer (its managed size).</summary>
    public static int SizeOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <inheritdoc cref="SizeOf{T}()"/>
    public static int SizeOf<T>(T structure)
        where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>The managed size in bytes of a value type. Host only.</summary>
    public static int SizeOf([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] Type type) =>
        RuntimeHelpers.SizeOf(type.TypeHandle);

    /// <summary>
    /// The offset in bytes of a field in the unmanaged layout of <typeparamref name="T"/>, which for blittable types is the managed one.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public static int OffsetOf<T>(string fieldName)
        where T : unmanaged => (int)Marshal.OffsetOf<T>(fieldName);

    public static ushort FloatAsInt(Half value) => value.RawValue;

    public static uint FloatAsInt(float value) => BitConverter.SingleToUInt32Bits(value);

    public static ulong FloatAsInt(double value) => BitConverter.DoubleToUInt64Bits(value);

    public static Half IntAsFloat(ushort value) => new(value);

    public static float IntAsFloat(uint value) => BitConverter.UInt32BitsToSingle(value);

    public static double IntAsFloat(ulong value) => BitConverter.UInt64BitsToDouble(value);
}
