using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace ILGPU;

/// <summary>A view of one element in device memory.</summary>
public readonly struct VariableView<T>
    where T : unmanaged
{
    /// <summary>The size of the variable in bytes.</summary>
    public static readonly int VariableSize = Unsafe.SizeOf<T>();

    /// <param name="baseView">A view of exactly one element.</param>
    public VariableView(ArrayView<T> baseView)
    {
        ViewBounds.Assert(baseView.Length == 1);
        BaseView = baseView;
    }

    public ArrayView<T> BaseView { get; }

    public bool IsValid => BaseView.IsValid;

    public ref T Value => ref BaseView[0];

    public void CopyTo(VariableView<T> targetView) => targetView.Value = Value;

    public void CopyFrom(VariableView<T> sourceView) => Value = sourceView.Value;

    /// <summary>A part of the variable that starts <paramref name="offsetInBytes"/> bytes into it.</summary>
    public VariableView<TOther> SubView<TOther>(int offsetInBytes)
        where TOther : unmanaged =>
        new(BaseView.Cast<byte>().SubView(offsetInBytes, Interop.SizeOf<TOther>()).Cast<TOther>());
}
