namespace ILGPU.Frontend;

/// <summary>The API types that the compiler itself gives meaning to, by name, so that it depends on none of them.</summary>
internal static class KnownTypes
{
    public const string ArrayView = "ILGPU.ArrayView`1";
    public const string SpecializedValue = "ILGPU.Runtime.SpecializedValue`1";

    public static bool IsArrayView(Type type) => Is(type, ArrayView);

    public static bool IsSpecializedValue(Type type) => Is(type, SpecializedValue);

    /// <summary>1, 2 or 3 for Index1D, Index2D, Index3D; 0 for any other type.</summary>
    public static int IndexDimensions(Type type) => type.FullName switch
    {
        "ILGPU.Index1D" => 1,
        "ILGPU.Index2D" => 2,
        "ILGPU.Index3D" => 3,
        _ => 0,
    };

    /// <summary>The full name of a type, without its type arguments.</summary>
    public static string Name(Type type) => (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name;

    private static bool Is(Type type, string name) => type.IsConstructedGenericType && Name(type) == name;
}
