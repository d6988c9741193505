namespace ILGPU.Algorithms;

/// <summary>Hands out stretches of a temporary view, one after another, each aligned for its type.</summary>
/// <remarks>The name is ILGPU's: code written for the official package finds it here.</remarks>
/// <param name="tempView">The memory.</param>
/// <param name="paramName">What the caller calls it, for exceptions.</param>
public struct TempViewManager(ArrayView<int> tempView, string paramName)
{
    /// <summary>The 32-bit integers that have been handed out, gaps for alignment included.</summary>
    public long NumInts { get; private set; }

    public readonly string ParamName => paramName;

    public readonly ArrayView<int> TempView => tempView;

    /// <inheritdoc cref="Allocate{T}(long)"/>
    public VariableView<T> Allocate<T>()
        where T : unmanaged => new(Allocate<T>(1));

    /// <exception cref="ArgumentOutOfRangeException">There is not so much left.</exception>
    public ArrayView<T> Allocate<T>(long length)
        where T : unmanaged
    {
        // No type asks for more than 16 bytes, and none for more than the largest power of two that divides its size.
        int size = Interop.SizeOf<T>();
        int alignment = Math.Clamp((size & -size) / sizeof(int), 1, 4);
        long start = (NumInts + alignment - 1) / alignment * alignment;
        long ints = ((length * size) + sizeof(int) - 1) / sizeof(int);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(tempView.Length, start + ints, paramName);
        NumInts = start + ints;
        return tempView.SubView(start, ints).Cast<T>().SubView(0, length);
    }
}
