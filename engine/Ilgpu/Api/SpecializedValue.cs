namespace ILGPU.Runtime;

public static class SpecializedValue
{
    public static SpecializedValue<T> New<T>(T value)
        where T : unmanaged, IEquatable<T> => new(value);
}

/// <summary>
/// A kernel argument that is compiled in as a constant: each distinct value gets its own kernel, compiled at the first launch with it.
/// Must be a direct parameter of the kernel.
/// </summary>
public struct SpecializedValue<T> : IEquatable<SpecializedValue<T>>
    where T : unmanaged, IEquatable<T>
{
    public SpecializedValue(T value) => Value = value;

    public T Value { readonly get; set; }

    public readonly bool Equals(SpecializedValue<T> other) => Value.Equals(other.Value);

    public override readonly bool Equals(object? obj) => obj is SpecializedValue<T> other && Equals(other);

    public override readonly int GetHashCode() => Value.GetHashCode();

    public override readonly string ToString() => Value.ToString() ?? string.Empty;

    public static implicit operator T(SpecializedValue<T> value) => value.Value;

    public static bool operator ==(SpecializedValue<T> first, SpecializedValue<T> second) => first.Equals(second);

    public static bool operator !=(SpecializedValue<T> first, SpecializedValue<T> second) => !first.Equals(second);
}
