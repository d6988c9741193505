using ILGPU.IR;

namespace ILGPU.Frontend;

/// <summary>
/// An entry of IL's evaluation stack: a struct is its scalar leaves. What only the compiler knows (a string, a type, a field handle)
/// travels as <see cref="Payload"/> and has no leaves.
/// </summary>
internal readonly record struct StackValue(Value[] Leaves, TypeLayout? Layout = null, object? Payload = null)
{
    public static StackValue Of(Value value) => new([value]);

    public static StackValue Nothing { get; } = new([]);

    /// <summary>The one scalar of this value.</summary>
    public Value Scalar => Leaves.Length == 1 ? Leaves[0] : throw new KernelRefusedException(
        Payload is null ? "a struct is used as a number here" : $"'{Payload}' is an object; kernels have none");

    public IrType Type => Scalar.Type;
}
