namespace ILGPU;

/// <summary>
/// A launch's request for dynamic shared memory, which the kernel reads through <see cref="SharedMemory.GetDynamic{T}"/>.
/// </summary>
public readonly struct SharedMemoryConfig
{
    /// <summary>No dynamic shared memory.</summary>
    public static readonly SharedMemoryConfig Empty;

    /// <param name="numElements">How many elements each group gets.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is below 1.</exception>
    public SharedMemoryConfig(int numElements, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numElements, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        NumElements = numElements;
        ElementSize = elementSize;
    }

    public int NumElements { get; }

    public int ElementSize { get; }

    /// <summary>The size of the request in bytes.</summary>
    public int ArraySize => NumElements * ElementSize;

    public bool UsesDynamicSharedMemory => NumElements > 0;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="numElements"/> is below 1.</exception>
    public static SharedMemoryConfig RequestDynamic<T>(int numElements)
        where T : unmanaged => new(numElements, Interop.SizeOf<T>());
}
