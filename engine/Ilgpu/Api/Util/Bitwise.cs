namespace ILGPU.Util;

/// <summary>Logic on all bits.</summary>
public static class Bitwise
{
    /// <summary>The conjunction of all, without a branch.</summary>
    public static bool And(bool first, bool second) => first & second;

    /// <inheritdoc cref="And(bool, bool)"/>
    public static bool And(bool first, bool second, bool third) => first & second & third;

    /// <inheritdoc cref="And(bool, bool)"/>
    public static int And(int first, int second) => first & second;

    /// <inheritdoc cref="And(bool, bool)"/>
    public static uint And(uint first, uint second) => first & second;

    /// <inheritdoc cref="And(bool, bool)"/>
    public static long And(long first, long second) => first & second;

    /// <inheritdoc cref="And(bool, bool)"/>
    public static ulong And(ulong first, ulong second) => first & second;

    /// <summary>The disjunction of all, without a branch.</summary>
    public static bool Or(bool first, bool second) => first | second;

    /// <inheritdoc cref="Or(bool, bool)"/>
    public static bool Or(bool first, bool second, bool third) => first | second | third;

    /// <inheritdoc cref="Or(bool, bool)"/>
    public static int Or(int first, int second) => first | second;

    /// <inheritdoc cref="Or(bool, bool)"/>
    public static uint Or(uint first, uint second) => first | second;

    /// <inheritdoc cref="Or(bool, bool)"/>
    public static long Or(long first, long second) => first | second;

    /// <inheritdoc cref="Or(bool, bool)"/>
    public static ulong Or(ulong first, ulong second) => first | second;
}
