namespace ILGPU;

/// <summary>
/// The assertions of views and strides. On the host they throw; in a kernel the compiler turns a call into an assertion,
/// which the simulator always checks and the GPU back ends keep only under <c>Builder.Assertions()</c>.
/// </summary>
internal static class ViewBounds
{
    /// <exception cref="IndexOutOfRangeException"><paramref name="inBounds"/> is false.</exception>
    public static void Assert(bool inBounds)
    {
        if (!inBounds)
        {
            throw new IndexOutOfRangeException("The index lies outside the extent of the view.");
        }
    }

    /// <exception cref="ArgumentException"><paramref name="isAligned"/> is false.</exception>
    public static void AssertAligned(bool isAligned)
    {
        if (!isAligned)
        {
            throw new ArgumentException("The view does not start at a multiple of the alignment, or the alignment is not a power of two.");
        }
    }
}
